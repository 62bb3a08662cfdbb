import { buildBitmaps, buildRollups, type Template, withOwner } from 'altiplano/testing';
import { callbot } from '../app.ts';
import { loadAdversarial } from '../sample/adversarial.ts';
import { callbotKey, migrateAll } from './callbot-database.ts';

/** Workspaces of every distribution, so many customers in each; built, nothing left to fold. */
export function adversarialCallbot(customers: number): Template {
  return {
    name: `callbot_adversarial_${customers}`,
    key: `${callbotKey()} 1`,
    build: async (url) => {
      await migrateAll(url);
      await withOwner(url, (client) => loadAdversarial(client, { schema: callbot.schema, customers }).then(() => {}));
      await buildRollups(url, callbot.schema);
      await buildBitmaps(url, callbot.schema);
      await withOwner(url, async (client) => {
        await client.query('truncate callbot.customer_bitmap_tail_0, callbot.customer_bitmap_tail_1');
        await client.query('vacuum (analyze)');
      });
    },
  };
}
