import { connectOwner, type OwnerClient } from 'altiplano';
import {
  type AppRole,
  answer,
  buildBitmaps,
  buildRollups,
  ENGINE,
  type Engine,
  issueToken,
  migrate,
  openAppRole,
  startEngine,
  withOwner,
} from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { callbot } from '../app.ts';
import { run } from '../sample.ts';
import { LIST, ORIGIN } from './asker.ts';
import { INSTANT } from './callbot-database.ts';

// The tests of the other files run as a superuser, whom row security does not bind. Whoever runs this in earnest is
// likely to own a database and nothing more.
const NAME = `altiplano_plain_${process.pid}`;
const url = new URL(inject('adminUrl'));
url.pathname = `/${NAME}`;
url.username = NAME;
url.password = 'plain';

let engine: Engine;
let owner: OwnerClient;
let app: AppRole;
let demo: { readonly user: string; readonly path: string };
let workspace: string;

const admin = (statement: string) => withOwner(inject('adminUrl'), (client) => client.query(statement));

beforeAll(async () => {
  await admin(`create role ${NAME} login createrole password 'plain'`);
  await admin(`create database ${NAME} owner ${NAME}`);
  await migrate(ENGINE, { url: url.href, direction: 'up' });
  const folder = { app: callbot.name, schema: callbot.schema, folder: callbot.migrations };
  await migrate(folder, { url: url.href, direction: 'up' });
  const volume = { customers: 3_000, calls: 3_000, workspaces: 3 };
  const anchor = new Date(INSTANT);
  ({ demo } = await run({ url: url.href, schema: callbot.schema, seed: 5, volume, anchor, progress: () => {} }));
  await buildRollups(url.href, callbot.schema);
  await buildBitmaps(url.href, callbot.schema);
  workspace = new URL(demo.path, ORIGIN).searchParams.get('workspace_id') ?? '';
  engine = await startEngine({ url: url.href, apps: [callbot], pepper: 'test', poolSize: 2, instant: () => INSTANT });
  owner = await connectOwner(url.href);
  app = await openAppRole(url.href);
});
afterAll(async () => {
  await engine?.close();
  await owner?.end();
  await app?.end();
  await admin(`drop database if exists ${NAME} with (force)`);
  await admin(`drop role if exists altiplano_app_${NAME}`);
  await admin(`drop role if exists ${NAME}`);
});

async function ask(query: string): Promise<{ results: { id: string }[]; count: number }> {
  const [service] = engine.services;
  if (service === undefined) throw new Error('callbot has no resource');
  const reply = await answer(service, {
    id: null,
    origin: ORIGIN,
    path: LIST,
    query: new URLSearchParams(`workspace_id=${workspace}&${query}`),
    authorization: `Bearer ${await issueToken(url.href, 'callbot', demo.user, [], 'test')}`,
    signal: new AbortController().signal,
  });
  return JSON.parse(reply.body);
}

describe('an owner that is no superuser', () => {
  test('is none, and does not bypass row security', async () => {
    const { rows } = await owner.query('select rolsuper, rolbypassrls from pg_roles where rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  });

  test('sees its own rows: policies let the owner through, forced as they are', async () => {
    expect((await owner.query('select from callbot.customer')).rowCount).toBe(3_000);
  });

  test('serves what it loaded', async () => {
    const { rows } = await owner.query<{ count: number }>(
      'select count(*)::int from callbot.customer where workspace_id = $1 and not is_deleted',
      [workspace],
    );
    expect(await ask('count=exact')).toMatchObject({ count: rows[0]?.count });
    const labels = await owner.query<{ id: string; count: number }>(
      `select l.label_id as id, count(*)::int as count from callbot.customer_campaign_labels l
       join callbot.customer c on c.id = l.customer_id and not c.is_deleted
       where l.workspace_id = $1 group by 1 order by 2 desc limit 1`,
      [workspace],
    );
    expect(await ask(`count=exact&labels__id=${labels.rows[0]?.id}`)).toMatchObject({ count: labels.rows[0]?.count });
  });

  test('keeps tenants apart', async () => {
    const other = await owner.query<{ id: string }>(
      'select workspace_id as id from callbot.customer where workspace_id <> $1 group by 1 order by count(*) desc limit 1',
      [workspace],
    );
    const foreign = other.rows[0]?.id ?? '';
    const rows = await app.as({ tenant: workspace }, async (client) => {
      const found = await client.query('select distinct workspace_id as id from callbot.customer');
      return found.rows;
    });
    expect(rows).toEqual([{ id: workspace }]);
    expect((await app.as({}, (client) => client.query('select from callbot.customer'))).rowCount).toBe(0);
    const tail = 'select * from callbot.customer_bitmap_unfolded($1, null, null)';
    expect(await app.refusal({ tenant: workspace }, tail, [foreign])).toBe('ALT01');
    for (const text of ['delete from callbot.customer', 'truncate callbot.label']) {
      expect(await app.refusal({ tenant: workspace }, text), text).toBe('42501');
    }
  });
});

describe('under row security', () => {
  const SCANS = `select pg_stat_get_xact_numscans('callbot.customer_bitmap_pkey'::regclass)::int as scans`;

  test('bits are found by the index, as the app’s role', async () => {
    const used = await app.as({ tenant: workspace }, async (client) => {
      await client.query('set local enable_seqscan = off; set local enable_bitmapscan = off');
      const found = await client.query(
        "select from callbot.customer_bitmap b where b.workspace_id = $1 and b.term = any('{live,status=active}')",
        [workspace],
      );
      return { found: found.rowCount ?? 0, ...(await client.query<{ scans: number }>(SCANS)).rows[0] };
    });
    expect(used.found).toBeGreaterThan(0);
    expect(used.scans).toBeGreaterThan(0);
  });

  test('what is consumed of the tail is passed over by the index, as its owner', async () => {
    await owner.query('begin; set local enable_seqscan = off; set local enable_indexscan = off');
    try {
      const plan = await owner.query<Record<'QUERY PLAN', string>>(
        `explain (costs off) select * from callbot.customer_bitmap_tail e where e.workspace_id = '${workspace}' and e.writer >= '700'`,
      );
      expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: .*writer >= '700'/);
    } finally {
      await owner.query('rollback');
    }
  });
});
