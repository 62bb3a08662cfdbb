import { connectOwner, type OwnerClient } from 'altiplano';
import { bulkLoad } from 'altiplano/sample';
import { ENGINE, migrate, type Template, useDatabase } from 'altiplano/testing';
import { describe, expect, test } from 'vitest';
import { find, run } from '../sample.ts';
import { wrongBitmaps } from '../test/live-migration/wrong-bitmaps.ts';
import { loadAdversarial } from './adversarial.ts';

const CALLBOT = { app: 'callbot', schema: 'callbot', folder: new URL('../migrations/', import.meta.url) };

const template: Template = {
  name: 'callbot_empty',
  // Shared with nobody and cheap to build: one for each run, so that a changed migration is never missed.
  key: String(process.ppid),
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await migrate(CALLBOT, { url, direction: 'up' });
  },
};

async function withOwner<Result>(url: string, work: (client: OwnerClient) => Promise<Result>): Promise<Result> {
  const client = await connectOwner(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const CATALOG = `
  select array_agg(object order by object) as objects from (
    select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
    where relnamespace = 'callbot'::regnamespace
    union all
    select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid), convalidated, conindid::regclass)
    from pg_constraint where connamespace = 'callbot'::regnamespace
    union all
    select concat(relname, relrowsecurity, relforcerowsecurity, relacl) from pg_class
    where relnamespace = 'callbot'::regnamespace and relkind = 'r'
    union all
    select concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
  ) as catalog (object)`;

describe('sample', () => {
  const database = useDatabase(template);
  const options = { schema: 'callbot', seed: 3, volume: { customers: 600, calls: 3_000, workspaces: 3 } };

  test('fills the tables, leaves the schema as it was and derived rows right, and is found again', async () => {
    const url = database.url();
    expect(await find({ url, schema: 'callbot' })).toBeNull();
    const before = await withOwner(url, (client) => client.query(CATALOG));
    const names = new Set<string>();
    const summary = await run({ ...options, url, progress: ({ name }) => names.add(name) });
    expect(names).toContain('call');
    expect(summary.rows).toMatchObject({ workspace: 4, customer: 600, call: 3_000 });
    const after = await withOwner(url, (client) => client.query(CATALOG));
    expect(after.rows).toEqual(before.rows);
    expect(await wrongBitmaps(url, 'callbot')).toEqual([]);
    expect((await find({ url, schema: 'callbot' }))?.demo).toEqual(summary.demo);
  });

  test('refuses a schema with rows and says how to empty it', async () => {
    const again = run({ ...options, url: database.url(), progress: () => {} });
    await expect(again).rejects.toMatchObject({ code: 'CLI_USAGE', hint: expect.stringContaining('truncate') });
  });

  test('a load that fails halfway leaves everything as it was', async () => {
    await withOwner(database.url(), async (client) => {
      await client.query('truncate callbot.workspace cascade; truncate callbot.app_user cascade');
      const before = await client.query(CATALOG);
      const workspace = (function* () {
        yield '00000000-0000-4000-8000-000000000001\tHalf\t2026-01-01';
        throw new Error('out of ideas');
      })();
      const table = { table: 'workspace', columns: ['id', 'name', 'created_at'], total: 2, rows: () => workspace };
      await expect(bulkLoad(client, 'callbot', [table], () => {})).rejects.toThrow('out of ideas');
      expect((await client.query(CATALOG)).rows).toEqual(before.rows);
      expect((await client.query('select from callbot.workspace')).rowCount).toBe(0);
    });
  });

  test('refuses volumes that make no sense', async () => {
    const wrong = run({ ...options, volume: { customers: 1, workspaces: 2 }, url: database.url(), progress: () => {} });
    await expect(wrong).rejects.toMatchObject({ code: 'CLI_USAGE' });
  });
});

describe('adversarial fixtures', () => {
  const database = useDatabase(template);

  test('one workspace for each distribution', async () => {
    await withOwner(database.url(), async (client) => {
      const before = await client.query(CATALOG);
      const workspaces = await loadAdversarial(client, { schema: 'callbot', customers: 400 });
      expect((await client.query(CATALOG)).rows).toEqual(before.rows);
      expect(await wrongBitmaps(database.url(), 'callbot')).toEqual([]);
      const { rows } = await client.query(
        `select w.name, count(c.id)::int as customers, count(*) filter (where c.is_deleted)::int as deleted,
                count(*) filter (where c.status = 'blocked' and c.other_attributes ->> 'city' = 'Atlantis')::int as matching
         from callbot.workspace w join callbot.customer c on c.workspace_id = w.id group by w.id, w.name`,
      );
      expect(new Map(rows.map(({ name, ...counts }) => [name, counts]))).toEqual(
        new Map([
          ['oldest', { customers: 400, deleted: 0, matching: 4 }],
          ['none', { customers: 400, deleted: 0, matching: 0 }],
          ['one-value', { customers: 400, deleted: 0, matching: 0 }],
          ['same-instant', { customers: 400, deleted: 0, matching: 40 }],
          ['nulls', { customers: 400, deleted: 0, matching: 0 }],
          ['labels', { customers: 400, deleted: 0, matching: 0 }],
          ['deleted', { customers: 400, deleted: 200, matching: 40 }],
          ['texts', { customers: 400, deleted: 0, matching: 0 }],
        ]),
      );
      const named = await client.query('select id from callbot.workspace where name = $1', ['one-value']);
      expect(named.rows).toEqual([{ id: workspaces['one-value'].workspaceId }]);
    });
  });
});
