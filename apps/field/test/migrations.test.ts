import { readdirSync } from 'node:fs';
import { connectOwner, type OwnerClient } from 'altiplano';
import { ENGINE, migrate, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { field } from '../app.ts';

const database = useDatabase({ name: 'engine_only', key: '1', build: async () => {} });
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await migrate(ENGINE, { url: database.url(), direction: 'up' });
});
afterAll(() => owner.end());

const folder = { app: field.name, schema: field.schema, folder: field.migrations };
const COUNT = readdirSync(field.migrations).length;
const up = () => migrate(folder, { url: database.url(), direction: 'up' });
const down = () => migrate(folder, { url: database.url(), direction: 'down', count: COUNT });
const rows = async (text: string) => (await owner.query(text)).rows;

const CATALOG = `
  select object from (
    select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
    where relnamespace = 'field'::regnamespace
    union all
    select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid), convalidated)
    from pg_constraint where connamespace = 'field'::regnamespace
    union all
    select concat(relname, relkind, relrowsecurity, relforcerowsecurity) from pg_class
    where relnamespace = 'field'::regnamespace
    union all
    select concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
    union all
    select pg_get_functiondef(oid) from pg_proc where pronamespace = 'field'::regnamespace
  ) as catalog (object) where object not like '%altiplano_migration%' order by object`;

test('up, down and up again leave what the first up left', async () => {
  expect(await up()).toHaveLength(COUNT);
  const first = await rows(CATALOG);
  expect(await down()).toHaveLength(COUNT);
  expect(
    await rows("select relname from pg_class where relnamespace = 'field'::regnamespace and relkind = 'r'"),
  ).toEqual([{ relname: 'altiplano_migration' }]);
  expect(await up()).toHaveLength(COUNT);
  expect(await rows(CATALOG)).toEqual(first);
});

test('every foreign key finds its rows by an index', async () => {
  const unindexed = await rows(`
    select conrelid::regclass::text as child, conname as name from pg_constraint k
    where contype = 'f' and connamespace = 'field'::regnamespace and not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`);
  expect(unindexed).toEqual([]);
});

test('no point, entry or report belongs to a person or tenant of another tenant', async () => {
  await owner.query(`set search_path to field;
    insert into tenant (id, name) values ('00000000-0000-4000-8000-00000000000a', 'A'), ('00000000-0000-4000-8000-00000000000b', 'B');
    insert into people (tenant_id, code, name) values ('00000000-0000-4000-8000-00000000000a', 'P', 'Of A')`);
  const other = `'00000000-0000-4000-8000-00000000000b', (select id from people)`;
  const point = `insert into tracking (tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude)
    values (${other}, 'trip', 'd', '2026-01-01', 0, 0)`;
  const entry = `insert into journal_entry (tenant_id, user_id, entry_type, privacy_scope, title) values (${other}, 'note', 'team', 't')`;
  for (const text of [point, entry]) await expect(owner.query(text)).rejects.toMatchObject({ code: '23503' });
  await owner.query(point.replace('00b', '00a'));
  await expect(owner.query(point.replace('00b', '00a'))).rejects.toMatchObject({ constraint: 'tracking_point' });
  await owner.query('reset search_path');
});

test('reverting the first migration refuses to drop rows', async () => {
  await expect(down()).rejects.toMatchObject({ code: 'MIGR_FAILED', message: expect.stringContaining('hold rows') });
  expect(await rows('select count(*)::int as count from field.people')).toEqual([{ count: 1 }]);
});
