import { readFile } from 'node:fs/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { bitmapMigration, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbot } from '../../app.ts';
import { emptyCallbot } from '../callbot-database.ts';

const database = useDatabase(emptyCallbot);
const bitmaps = callbot.resources.flatMap(({ bitmap }) => bitmap ?? []);
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

async function print(): Promise<string> {
  const types = await Promise.all(bitmaps.map(async ({ table }) => [table, await typesOf(table)] as const));
  return bitmapMigration(bitmaps, Object.fromEntries(types));
}

describe('the migration of the bitmaps', () => {
  test('is what the declaration prints (vitest -u writes it)', async () => {
    await expect(await print()).toMatchFileSnapshot('../../migrations/0009_bitmaps.sql');
  });

  test('ends in a way back that leaves nothing', async () => {
    const text = await readFile(new URL('0009_bitmaps.sql', callbot.migrations), 'utf8');
    const [, down = ''] = text.split('-- Down Migration');
    const left = (catalog: string, column: string, namespace: string) =>
      `select ${column} from ${catalog} where ${column} ~ 'customer_bitmap' and ${namespace} = 'callbot'::regnamespace`;
    await owner.query(`begin; set local search_path = callbot; ${down}`);
    expect((await owner.query(left('pg_class', 'relname', 'relnamespace'))).rows).toEqual([]);
    expect((await owner.query(left('pg_proc', 'proname', 'pronamespace'))).rows).toEqual([]);
    expect((await owner.query(left('pg_type', 'typname', 'typnamespace'))).rows).toEqual([]);
    expect((await owner.query("select from pg_trigger where tgname ~ 'customer_bitmap'")).rows).toEqual([]);
    expect((await owner.query("select from altiplano.bitmap where name = 'customer_bitmap'")).rows).toEqual([]);
    await owner.query('rollback');
  });
});

describe('the role that the server becomes', () => {
  const asApp = async (text: string) => {
    await owner.query('begin');
    await owner.query("select set_config('role', altiplano.app_role(), true)");
    return owner.query(text).finally(() => owner.query('rollback'));
  };

  test.each(['', '_segment', '_block', '_duration', '_duration_lows', '_tail_0', '_tail_1'])(
    'reads customer_bitmap%s, and without a tenant no row of it',
    async (suffix) => {
      expect((await asApp(`select * from callbot.customer_bitmap${suffix}`)).rows).toEqual([]);
      await expect(asApp(`delete from callbot.customer_bitmap${suffix}`)).rejects.toMatchObject({ code: '42501' });
    },
  );

  test('asks which rows lie between two values as one tenant, and for no other', async () => {
    const between = (tenant: string) =>
      `select * from callbot.customer_bitmap_duration_between(${tenant}, 1, true, 2, true)`;
    expect((await asApp(between('altiplano.tenant()'))).rows).toEqual([]);
    await expect(asApp(between('gen_random_uuid()'))).rejects.toMatchObject({ code: 'ALT01' });
  });

  test.each([
    'fold(gen_random_uuid())',
    'build(gen_random_uuid())',
    'rebuild(gen_random_uuid(), 1)',
    'merge(gen_random_uuid())',
    'pending(1)',
    'bound(gen_random_uuid())',
  ])('may not call customer_bitmap_%s', async (call) => {
    await expect(asApp(`select callbot.customer_bitmap_${call}`)).rejects.toMatchObject({ code: '42501' });
  });
});
