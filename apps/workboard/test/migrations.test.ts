import { connectOwner, type OwnerClient } from 'altiplano';
import { ENGINE, migrate, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workboard } from '../app.ts';
import { ROWS } from './fixture.ts';

const database = useDatabase({ name: 'workboard_nothing', key: '1', build: async () => {} });
const folder = { app: workboard.name, schema: workboard.schema, folder: workboard.migrations };
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await migrate(ENGINE, { url: database.url(), direction: 'up' });
});
afterAll(() => owner.end());

const up = () => migrate(folder, { url: database.url(), direction: 'up' });
const down = (count: number) => migrate(folder, { url: database.url(), direction: 'down', count });
const CATALOG = `
  select array_agg(object order by object) as objects from (
    select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
    where relnamespace = 'workboard'::regnamespace
    union all
    select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'workboard'::regnamespace and conrelid <> 0
    union all
    select concat(relname, relrowsecurity, relforcerowsecurity) from pg_class
    where relnamespace = 'workboard'::regnamespace and relkind in ('r', 'p')
    union all
    select pg_get_functiondef(oid) from pg_proc where pronamespace = 'workboard'::regnamespace
  ) as catalog (object)`;

test('up, down and up again leave the same', async () => {
  const names = await up();
  const first = (await owner.query(CATALOG)).rows;
  expect(await down(names.length)).toHaveLength(names.length);
  const left = await owner.query(
    `select relname from pg_class where relnamespace = 'workboard'::regnamespace and relkind = 'r' and relname !~ '^altiplano_'`,
  );
  expect(left.rows).toEqual([]);
  expect(await up()).toEqual(names);
  expect((await owner.query(CATALOG)).rows).toEqual(first);
});

test('the way down stops before it drops rows', async () => {
  await owner.query(ROWS);
  await expect(down(50)).rejects.toMatchObject({ code: 'MIGR_FAILED', message: expect.stringContaining('hold rows') });
  expect((await owner.query('select count(*)::int as tasks from workboard.task')).rows).toEqual([{ tasks: 5 }]);
  await up();
});

test('every foreign key finds its rows by an index', async () => {
  const { rows } = await owner.query(`
    select conrelid::regclass::text as child, conname as name from pg_constraint k
    where contype = 'f' and connamespace = 'workboard'::regnamespace and not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`);
  expect(rows).toEqual([]);
});
