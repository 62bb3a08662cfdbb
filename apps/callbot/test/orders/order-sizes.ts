import { readFileSync } from 'node:fs';
import { buildBitmaps, buildRollups, ENGINE, migrate, type Template, withOwner } from 'altiplano/testing';
import { callbot } from '../../app.ts';
import { callbotKey } from '../callbot-database.ts';

/** Workspaces of the sizes' data, smaller: what is compared is one order with another, not one size with another. */
export const SIZES = [1_000, 4_000, 20_000] as const;

const sql = readFileSync(new URL('../sizes.sql', import.meta.url), 'utf8').replaceAll(
  '1000, 10000, 100000',
  SIZES.join(', '),
);

export const orderedCallbot: Template = {
  name: 'callbot_orders',
  key: `${callbotKey()} ${sql}`,
  build: async (url) => {
    const folder = { app: callbot.name, schema: callbot.schema, folder: callbot.migrations };
    await migrate(ENGINE, { url, direction: 'up' });
    await migrate(folder, { url, direction: 'up' });
    await withOwner(url, async (client) => {
      await client.query('set search_path to callbot');
      await client.query(sql);
    });
    await buildRollups(url, callbot.schema);
    await buildBitmaps(url, callbot.schema);
    await withOwner(url, (client) => client.query('vacuum (analyze)').then(() => {}));
  },
};
