import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { copyInto } from '../../src/execute/copy.ts';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { openAppRole } from '../support/app-role.ts';
import { ARCHIVE, HOUSES, useArchive } from './archive.ts';

const database = useArchive(`
  do $$ begin execute format('grant insert, update, delete on archive.shelf to %I', altiplano.app_role()); end $$;`);
const [HOUSE, OTHER] = HOUSES;
const SHELF = '00000000-0000-4000-8000-000000000051';
const KEEPER = '00000000-0000-4000-8000-0000000000e1';

let client: OwnerClient;
beforeAll(async () => {
  client = await connectOwner(database.url());
  await client.query(`set search_path to ${ARCHIVE}`);
});
afterAll(() => client.end());
beforeEach(async () => {
  await client.query(`truncate folder, shelf, keeper restart identity;
    alter table trail disable trigger altiplano_append_only; truncate trail; alter table trail enable always trigger altiplano_append_only;`);
});

interface Row {
  readonly action: string;
  readonly table_name: string;
  readonly record_id: string | null;
  readonly changes: unknown;
}

/** What the statements left, oldest first. */
async function left(...statements: readonly string[]): Promise<readonly Row[]> {
  const { rows: before } = await client.query('select coalesce(max(id), 0) as id from trail');
  for (const text of statements) await client.query(text);
  const { rows } = await client.query<Row>(
    'select action, table_name, record_id, changes from trail where id > $1 order by id',
    [before[0].id],
  );
  return rows;
}

const insertShelf = `insert into shelf (id, house_id, title, price, seal) values ('${SHELF}', '${HOUSE}', 'A', 1.50, 'secret')`;

describe('one row for every changed row', () => {
  test('of an insert the new values, of an update both, of a delete the old ones; secrets never', async () => {
    expect(await left(insertShelf)).toEqual([
      {
        action: 'insert',
        table_name: 'shelf',
        record_id: SHELF,
        changes: {
          id: [null, SHELF],
          house_id: [null, HOUSE],
          title: [null, 'A'],
          price: [null, 1.5],
          seal: [null, '[redacted]'],
        },
      },
    ]);
    expect(await left(`update shelf set title = 'B', seal = 'other', due = '2026-01-01 07:00+07'`)).toEqual([
      expect.objectContaining({
        action: 'update',
        changes: { title: ['A', 'B'], seal: ['[redacted]', '[redacted]'], due: [null, '2026-01-01T00:00:00+00:00'] },
      }),
    ]);
    expect(await left('delete from shelf')).toMatchObject([
      { action: 'delete', changes: { title: ['B', null], seal: ['[redacted]', null] } },
    ]);
    const { rows } = await client.query("select count(*) from trail where changes::text ~ 'secret|other'");
    expect(rows[0].count).toBe('0');
  });

  test('an update that changes nothing leaves none, nor one of what is ignored; 1.50 and 1.500 are not the same', async () => {
    await client.query(insertShelf);
    expect(await left(`update shelf set title = title`, 'update shelf set read_at = now()')).toEqual([]);
    expect(await left('update shelf set price = 1.500')).toHaveLength(1);
    const { rows } = await client.query('select changes::text as text from trail order by id desc limit 1');
    expect(rows[0].text).toBe('{"price": [1.50, 1.500]}');
  });

  test('bulk statements, COPY, MERGE and ON CONFLICT', async () => {
    const many = `insert into shelf (id, house_id, title) select gen_random_uuid(), '${HOUSE}', n::text from generate_series(1, 100) n`;
    expect(await left(many)).toHaveLength(100);
    expect(await left(`update shelf set title = title || '!' where title < '5'`)).toHaveLength(45);
    expect(await left(`delete from shelf where title like '%!'`)).toHaveLength(45);
    const upsert = `insert into shelf (id, house_id, title) values ('${SHELF}', '${HOUSE}', 'up')
      on conflict (id) do update set title = excluded.title || '2'`;
    const [first, second] = await left(upsert, upsert);
    expect([first?.action, second?.changes]).toEqual(['insert', { title: ['up', 'up2'] }]);
    const merge = `merge into shelf s using (values ('${SHELF}'::uuid), (gen_random_uuid())) v (id) on s.id = v.id
      when matched then delete when not matched then insert (id, house_id, title) values (v.id, '${HOUSE}', 'merged')`;
    expect((await left(merge)).map(({ action }) => action).sort()).toEqual(['delete', 'insert']);
    const target = { schema: ARCHIVE, table: 'keeper', columns: ['id', 'house_id', 'name'] };
    await copyInto(client, target, [`${KEEPER}\t${HOUSE}\tAnn`]);
    const { rows } = await client.query("select changes -> 'name' as name from trail where table_name = 'keeper'");
    expect(rows).toEqual([{ name: [null, 'Ann'] }]);
  });

  test('a deleted parent and each child that goes with it; a child written twice leaves both steps', async () => {
    await client.query(`${insertShelf}; insert into keeper values ('${KEEPER}', '${HOUSE}', 'Ann');
      insert into folder (house_id, shelf_id, keeper_id, second_id) select '${HOUSE}', '${SHELF}', '${KEEPER}', '${KEEPER}' from generate_series(1, 3)`);
    const unkept = await left('delete from keeper');
    expect(unkept.map(({ action, table_name }) => `${action} ${table_name}`).sort()).toEqual([
      'delete keeper',
      ...Array(6).fill('update folder'),
    ]);
    const shelved = await left('delete from shelf');
    expect(shelved.map(({ action, table_name }) => `${action} ${table_name}`).sort()).toEqual([
      'delete folder',
      'delete folder',
      'delete folder',
      'delete shelf',
    ]);
  });

  test('a row with another key or tenant goes and comes: no tenant is told of another', async () => {
    await client.query(insertShelf);
    const moved = await left(`update shelf set house_id = '${OTHER}', title = 'moved'`);
    expect(moved.map(({ action }) => action).sort()).toEqual(['delete', 'insert']);
    const { rows } = await client.query(
      `select house_id, changes -> 'title' as title from trail order by id desc limit 2`,
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        { house_id: HOUSE, title: ['A', null] },
        { house_id: OTHER, title: [null, 'moved'] },
      ]),
    );
    const renamed = await left(`update shelf set id = gen_random_uuid()`);
    expect(renamed.map(({ action }) => action).sort()).toEqual(['delete', 'insert']);
  });

  test('a truncation: one row for each tenant that had rows', async () => {
    await client.query(`${insertShelf}; insert into keeper values ('${KEEPER}', '${OTHER}', 'Ann')`);
    expect(await left('truncate shelf cascade')).toEqual([
      { action: 'truncate', table_name: 'shelf', record_id: null, changes: {} },
    ]);
    await client.query('begin isolation level repeatable read');
    await expect(client.query('truncate folder')).rejects.toThrow('older snapshot');
    await client.query('rollback');
  });

  test('what is rolled back leaves none', async () => {
    const kept = await left('begin', insertShelf, 'savepoint s', 'delete from shelf', 'rollback to s', 'commit');
    expect(kept.map(({ action }) => action)).toEqual(['insert']);
  });

  test('columns that came later are in it', async () => {
    await client.query(insertShelf);
    await client.query('begin; alter table shelf add column colour text');
    await client.query("update shelf set colour = 'red'");
    const { rows } = await client.query('select changes from trail order by id desc limit 1');
    await client.query('rollback');
    expect(rows).toEqual([{ changes: { colour: [null, 'red'] } }]);
  });
});

describe('who and which request', () => {
  test('as the transaction says; nobody is the system', async () => {
    await client.query(`begin;
      select set_config('altiplano.caller_kind', 'member', true), set_config('altiplano.caller', '${KEEPER}', true), set_config('altiplano.request_id', 'r-1', true);
      ${insertShelf}; commit; update shelf set title = 'by nobody'`);
    const { rows } = await client.query('select actor_kind, actor_id, request_id from trail order by id');
    expect(rows).toEqual([
      { actor_kind: 'member', actor_id: KEEPER, request_id: 'r-1' },
      { actor_kind: 'system', actor_id: null, request_id: null },
    ]);
  });

  test('an actor that is not declared cannot write', async () => {
    await client.query("begin; select set_config('altiplano.caller_kind', 'ghost', true)");
    await expect(client.query(insertShelf)).rejects.toThrow('actor_kind');
    await client.query('rollback');
  });
});

describe('append-only', () => {
  test('for the owner: not changed, not deleted, not truncated, not even no row of it', async () => {
    await client.query(insertShelf);
    for (const text of [
      'update trail set at = now() where false',
      'delete from trail',
      'truncate trail',
      'truncate trail, shelf cascade',
    ]) {
      await expect(client.query(text)).rejects.toThrow('archive.trail is append-only');
    }
    await client.query('begin; set local session_replication_role = replica');
    await expect(client.query('delete from trail')).rejects.toThrow('archive.trail is append-only');
    await client.query('rollback');
  });

  test("for the app's role: read within the tenant, written by triggers only", async () => {
    const role = await openAppRole(database.url());
    const settings = { tenant: HOUSE };
    const write = `insert into archive.shelf (id, house_id, title) values (gen_random_uuid(), '${HOUSE}', 'x')`;
    try {
      for (const text of [
        `insert into archive.trail (house_id, at, actor_kind, action, table_name, record_id, changes) values ('${HOUSE}', now(), 'system', 'insert', 'shelf', 'x', '{}')`,
        'update archive.trail set at = now()',
        'delete from archive.trail',
        'truncate archive.trail',
        'select archive.trail_insert()',
      ]) {
        expect(await role.refusal(settings, text)).toBe('42501');
      }
      const seen = await role.as(settings, async (app) => {
        await app.query(write);
        return (await app.query('select house_id from archive.trail')).rows;
      });
      expect(seen).toEqual([{ house_id: HOUSE }]);
      const unseen = await role.as(settings, async (app) => {
        await app.query(write);
        await app.query("select set_config('altiplano.tenant', $1, true)", [OTHER]);
        return (await app.query('select house_id from archive.trail')).rows;
      });
      expect(unseen).toEqual([]);
    } finally {
      await role.end();
    }
  });
});
