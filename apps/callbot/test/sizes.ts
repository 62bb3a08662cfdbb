import { readFileSync } from 'node:fs';
import { buildBitmaps, buildRollups, isFurtherServer, type Template, withOwner } from 'altiplano/testing';
import { callbot } from '../app.ts';
import { callbotKey, migrateAll } from './callbot-database.ts';

/**
 * Workspaces of so many customers in the same tables, numbered 1 to 3, and each one's admin. A further PostgreSQL gets
 * smaller ones: loading takes longer than asking, and 16,000 rows already make an index of three levels.
 */
export const SIZES = isFurtherServer ? ([1_000, 4_000, 16_000] as const) : ([1_000, 8_000, 64_000] as const);
/** For titles. */
export const SIZES_TOLD = SIZES.map((size) => size.toLocaleString('en')).join(', ');

const uuid = (kind: string, index: number) =>
  `00000000-0000-4000-8000-${kind.padStart(4, '0')}${String(index).padStart(8, '0')}`;
export const workspaceOf = (index: number) => uuid('a', index + 1);
export const adminOf = (index: number) => uuid('b', index + 1);

const sql = readFileSync(new URL('./sizes.sql', import.meta.url), 'utf8').replaceAll(
  '1000, 10000, 100000',
  SIZES.join(', '),
);

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
