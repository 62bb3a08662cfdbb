import { readFileSync } from 'node:fs';
import { buildBitmaps, buildRollups, type Template, withOwner } from 'altiplano/testing';
import { callbot } from '../app.ts';
import { callbotKey, migrateAll } from './callbot-database.ts';

/** Workspaces of 1,000, 10,000 and 100,000 customers in the same tables, numbered 1 to 3, and each one's admin. */
export const SIZES = [1_000, 10_000, 100_000] as const;

const uuid = (kind: string, index: number) =>
  `00000000-0000-4000-8000-${kind.padStart(4, '0')}${String(index).padStart(8, '0')}`;
export const workspaceOf = (index: number) => uuid('a', index + 1);
export const adminOf = (index: number) => uuid('b', index + 1);

const sql = readFileSync(new URL('./sizes.sql', import.meta.url), 'utf8');

export const sizedCallbot: Template = {
  name: 'callbot_sizes',
  key: `${callbotKey()} 2 ${sql}`,
  build: async (url) => {
    await migrateAll(url);
    await withOwner(url, async (client) => {
      await client.query('set search_path to callbot');
      await client.query(sql);
    });
    await buildRollups(url, callbot.schema);
    await buildBitmaps(url, callbot.schema);
    await withOwner(url, (client) => client.query('vacuum (analyze)').then(() => {}));
  },
};
