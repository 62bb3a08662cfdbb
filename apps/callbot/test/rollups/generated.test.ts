import { readFile } from 'node:fs/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { rollupMigration, rollupOrdersMigration, rollupsOf, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbot } from '../../app.ts';
import { emptyCallbot } from '../callbot-database.ts';

const database = useDatabase(emptyCallbot);
const rollups = callbot.resources.flatMap(rollupsOf);
let owner: OwnerClient;

beforeAll(async () => {
  owner = await connectOwner(database.url());
});
afterAll(() => owner?.end());

async function typesOf(table: string): Promise<Record<string, string>> {
  const { rows } = await owner.query(
    `select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = format('callbot.%I', $1::text)::regclass and attnum > 0 and not attisdropped`,
    [table],
  );
  return Object.fromEntries(rows.map(({ name, type }) => [name, type]));
}

async function print(migration: typeof rollupMigration): Promise<string> {
  const tables = rollups.map(({ source }) => source.table);
  const types = await Promise.all(tables.map(async (table) => [table, await typesOf(table)] as const));
  return migration(rollups, Object.fromEntries(types));
}

describe('the migration of the rollups', () => {
  test('is what the declaration prints (vitest -u writes it)', async () => {
    await expect(await print(rollupMigration)).toMatchFileSnapshot('../../migrations/0007_rollups.sql');
    await expect(await print(rollupOrdersMigration)).toMatchFileSnapshot('../../migrations/0011_rollup_orders.sql');
  });

  test('ends in a way back that leaves nothing', async () => {
    const read = (file: string) => readFile(new URL(file, callbot.migrations), 'utf8');
    const downOf = async (file: string) => (await read(file)).split('-- Down Migration')[1] ?? '';
    const down = (await downOf('0011_rollup_orders.sql')) + (await downOf('0007_rollups.sql'));
    const left =
      "select count(*)::int from pg_class where relname ~ '_rollup' and relnamespace = 'callbot'::regnamespace";
    const functions =
      "select count(*)::int from pg_proc where proname ~ '_rollup_' and pronamespace = 'callbot'::regnamespace";
    await owner.query(`begin; set local search_path = callbot; ${down}`);
    expect((await owner.query(left)).rows).toEqual([{ count: 0 }]);
    expect((await owner.query(functions)).rows).toEqual([{ count: 0 }]);
    await owner.query('rollback');
  });

  test('refuses sums that cannot be kept exactly', async () => {
    const [calls] = rollups.filter(({ source }) => source.table === 'call');
    const types = { call: { ...(await typesOf('call')), duration_seconds: 'double precision' } };
    expect(() => rollupMigration(calls === undefined ? [] : [calls], types)).toThrow(
      expect.objectContaining({ code: 'DECL_ROLLUP_INEXACT' }),
    );
  });
});

describe('the role that the server becomes', () => {
  const asApp = async (text: string) => {
    await owner.query('begin');
    await owner.query("select set_config('role', altiplano.app_role(), true)");
    return owner.query(text).finally(() => owner.query('rollback'));
  };

  test.each(['customer_call_rollup', 'customer_call_rollup_delta_0', 'customer_enrolment_rollup_delta_1'])(
    'reads %s, and without a tenant no row of it',
    async (table) => {
      expect((await asApp(`select * from callbot.${table}`)).rows).toEqual([]);
      await expect(asApp(`delete from callbot.${table}`)).rejects.toMatchObject({ code: '42501' });
    },
  );

  test.each([
    "customer_call_rollup_fold('{}', '{}')",
    'customer_call_rollup_build(null, null, null, null)',
    'customer_call_rollup_pending(1)',
    'customer_call_rollup_sweep(null, null, 1)',
    'customer_call_rollup_bound(null, null)',
    'customer_call_rollup_gather(null, null)',
    'customer_call_rollup_catch_up(null)',
  ])('may not call %s', async (call) => {
    await expect(asApp(`select callbot.${call}`)).rejects.toMatchObject({ code: '42501' });
  });
});
