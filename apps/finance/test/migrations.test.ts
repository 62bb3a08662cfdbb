import { readdirSync } from 'node:fs';
import { connectOwner, type OwnerClient } from 'altiplano';
import { ENGINE, migrate, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finance } from '../app.ts';

const database = useDatabase({ name: 'engine_only', key: '1', build: async () => {} });
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await migrate(ENGINE, { url: database.url(), direction: 'up' });
});
afterAll(() => owner.end());

const folder = { app: finance.name, schema: finance.schema, folder: finance.migrations };
const COUNT = readdirSync(finance.migrations).length;
const up = () => migrate(folder, { url: database.url(), direction: 'up' });
const down = () => migrate(folder, { url: database.url(), direction: 'down', count: COUNT });
const rows = async (text: string) => (await owner.query(text)).rows;

const CATALOG = `
  select object from (
    select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
    where relnamespace = 'finance'::regnamespace
    union all
    select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid), convalidated)
    from pg_constraint where connamespace = 'finance'::regnamespace
    union all
    select concat(relname, relkind, relrowsecurity, relforcerowsecurity) from pg_class
    where relnamespace = 'finance'::regnamespace
    union all
    select concat(polrelid::regclass, polname, pg_get_expr(polqual, polrelid)) from pg_policy
    union all
    select concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
    union all
    select pg_get_functiondef(oid) from pg_proc where pronamespace = 'finance'::regnamespace
  ) as catalog (object) where object not like '%altiplano_migration%' order by object`;

test('up, down and up again leave what the first up left', async () => {
  expect(await up()).toHaveLength(COUNT);
  const first = await rows(CATALOG);
  expect(await down()).toHaveLength(COUNT);
  expect(
    await rows("select relname from pg_class where relnamespace = 'finance'::regnamespace and relkind in ('r', 'v')"),
  ).toEqual([{ relname: 'altiplano_migration' }]);
  expect(await up()).toHaveLength(COUNT);
  expect(await rows(CATALOG)).toEqual(first);
});

test('every foreign key finds its rows by an index', async () => {
  const unindexed = await rows(`
    select conrelid::regclass::text as child, conname as name from pg_constraint k
    where contype = 'f' and connamespace = 'finance'::regnamespace and not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`);
  expect(unindexed).toEqual([]);
});
