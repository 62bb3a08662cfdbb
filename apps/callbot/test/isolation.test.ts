import { connectOwner, type OwnerClient } from 'altiplano';
import { type AppRole, openAppRole, type SessionSettings, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampledCallbot } from './callbot-database.ts';

const database = useDatabase(sampledCallbot);
let owner: OwnerClient;
let app: AppRole;

interface IsolatedTable {
  readonly name: string;
  /** The column its policy compares, and the setting it compares with. */
  readonly column: string;
  readonly setting: 'tenant' | 'caller';
}

let isolated: readonly IsolatedTable[];
let open: readonly string[];

/** Without a policy of their own, and why that tells the app's role nothing of a tenant. */
const OPEN: Readonly<Record<string, string>> = {
  'callbot.altiplano_migration': 'names of migrations; not readable',
  'altiplano.altiplano_migration': 'names of migrations; not readable',
  'altiplano.idempotency_key': 'replies, each to the caller who got it; not readable but through kept_reply',
  'altiplano.job_run': 'how jobs stand; not readable but through job_progress, by the tenants that asked for one',
  'altiplano.bitmap': 'which bitmaps there are and how far they are; not readable',
  'altiplano.profile':
    'where the time of requests went, for an hour; not readable: only the owner’s connection is asked',
  'altiplano.rollup': 'which rollups there are and how far they are; readable in part: how far the folder has come',
  'altiplano.sign_in_attempt':
    'hashes of who was refused lately, and how often; not readable but through count_attempt',
  'altiplano.sign_in_place': 'hashes of where accounts were signed in to; not readable but through count_attempt_from',
  'altiplano.summary': 'which summaries there are and how far they are; not readable',
  'altiplano.session': 'who has signed in; not readable but through functions, one session at a time',
  'altiplano.setting': 'the name of the role; not readable',
  'altiplano.access_token':
    'read before anybody is known: key ids, users and keyed digests, of which none opens anything',
};

/** What the app's role reads of the open ones: the tokens, and for a page in order of a figure which changes to add up. */
const READ: Readonly<Record<string, string>> = {
  'altiplano.access_token': 'key_id,app,user_id,digest,scopes,created_at,expires_at,revoked_at',
  'altiplano.rollup': 'schema_name,name,folded',
};

const MADE_UP = '00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  owner = await connectOwner(database.url());
  app = await openAppRole(database.url());
  await leaveDeltas(owner);
  const { rows } = await owner.query<{ name: string; policy: string | null }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
       (select pg_get_expr(p.polqual, p.polrelid) from pg_policy p
        where p.polrelid = c.oid and p.polname = 'altiplano_tenant' and c.relrowsecurity and c.relforcerowsecurity) as policy
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('callbot', 'altiplano') and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`,
  );
  const read = rows.map(({ name, policy }) => {
    const [, column, setting] = /^\((\w+) = \(\s*SELECT (?:altiplano\.)?(tenant|caller)\(\)/.exec(policy ?? '') ?? [];
    return { name, column, setting } as Partial<IsolatedTable> & { name: string };
  });
  isolated = read.filter((table): table is IsolatedTable => table.column !== undefined);
  open = read.filter(({ column }) => column === undefined).map(({ name }) => name);
});
afterAll(async () => {
  await app.end();
  await owner.end();
});

/** Changes that nobody folds, of every tenant and in both tables that deltas and entries of a tail are written to. */
async function leaveDeltas(client: OwnerClient): Promise<void> {
  for (const generation of [1, 0]) {
    await client.query('update altiplano.rollup set generation = $1', [generation]);
    await client.query('update altiplano.bitmap set generation = $1', [generation]);
    await client.query('update callbot.customer set is_test = not is_test');
    await client.query('update callbot.call set duration_seconds = duration_seconds + 1');
    await client.query("update callbot.call_campaign_customer set status = 'pending'");
    await client.query("update callbot.call_campaign_customer set status = 'completed'");
  }
  // As if a writer of each tenant had folded.
  await client.query(
    'insert into callbot.customer_call_rollup_settled select id, pg_current_snapshot() from callbot.workspace on conflict do nothing',
  );
}

/** How many rows the app's role sees, and how many of those belong to somebody else. */
async function seen({ name, column }: IsolatedTable, settings: SessionSettings, mine: string) {
  return app.as(settings, async (client) => {
    const { rows } = await client.query<{ all: number; foreign: number }>(
      `select count(*)::int as all, (count(*) filter (where ${column} <> $1))::int as foreign from ${name}`,
      [mine],
    );
    return rows[0];
  });
}

async function keysOf({
  name,
  column,
}: IsolatedTable): Promise<readonly { readonly key: string; readonly rows: number }[]> {
  const { rows } = await owner.query<{ key: string; rows: number }>(
    `select ${column} as key, count(*)::int as rows from ${name} group by 1 order by 2 desc, 1 limit 3`,
  );
  return rows;
}

describe('every table', () => {
  test('is isolated, or listed with a reason', () => {
    expect(open).toEqual(Object.keys(OPEN).sort());
    expect(isolated.length).toBeGreaterThanOrEqual(11);
  });

  test('shows its tenant’s rows, all of them, and nobody else’s', async () => {
    for (const table of isolated) {
      const keys = await keysOf(table);
      expect(keys.length, table.name).toBeGreaterThan(1);
      for (const { key, rows } of keys) {
        expect(await seen(table, { [table.setting]: key }, key), table.name).toEqual({ all: rows, foreign: 0 });
      }
    }
  });

  test('shows nothing to a tenant or caller there is not, and nothing without one', async () => {
    for (const table of isolated) {
      for (const settings of [{}, { tenant: MADE_UP, caller: MADE_UP }, { tenant: '', caller: '' }]) {
        expect((await seen(table, settings, MADE_UP))?.all, table.name).toBe(0);
      }
    }
  });

  test('shows nothing to the other setting: a tenant is no caller', async () => {
    for (const table of isolated) {
      const [first] = await keysOf(table);
      const other = table.setting === 'tenant' ? 'caller' : 'tenant';
      expect((await seen(table, { [other]: first?.key ?? '' }, MADE_UP))?.all, table.name).toBe(0);
    }
  });

  test('refuses a setting that is no uuid', async () => {
    for (const { name } of isolated) {
      for (const wrong of ["' or true --", '*', '%', MADE_UP.slice(1)]) {
        expect(await app.refusal({ tenant: wrong, caller: wrong }, `select from ${name}`), name).toBe('22P02');
      }
    }
  });

  test('takes nothing from the app’s role but what it was granted', async () => {
    for (const name of [...isolated.map((table) => table.name), ...open]) {
      const { rows } = await owner.query<{ column: string }>(
        'select attname as column from pg_attribute where attrelid = $1::regclass and attnum = 1',
        [name],
      );
      const column = rows[0]?.column;
      for (const text of [
        `insert into ${name} default values`,
        `update ${name} set ${column} = ${column}`,
        `truncate ${name}`,
        `alter table ${name} disable row level security`,
        `create index on ${name} (${column})`,
        // Links may be deleted, and whoever may delete may lock.
        ...(name === 'callbot.customer_campaign_labels'
          ? []
          : [`delete from ${name}`, `lock table ${name} in exclusive mode`]),
      ]) {
        expect(await app.refusal({}, text), text).toBe('42501');
      }
    }
  });

  test('that is open is readable in the columns that statements need, and no other', async () => {
    const { rows } = await owner.query<{ name: string; columns: string }>(
      `select format('%I.%I', t.relnamespace::regnamespace, t.relname) as name, string_agg(a.attname, ',' order by a.attnum) as columns
       from pg_class t join pg_attribute a on a.attrelid = t.oid
       where t.oid = any($2::regclass[]) and a.attnum > 0 and not a.attisdropped
         and has_column_privilege($1, t.oid, a.attnum, 'select') group by 1`,
      [app.name, open],
    );
    expect(Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))).toEqual(READ);
    for (const name of open) {
      expect(await app.refusal({}, `select from ${name}`), name).toBe(name in READ ? null : '42501');
    }
  });
});

describe('the app’s role', () => {
  test('owns nothing, inherits nothing and bypasses nothing', async () => {
    const { rows } = await owner.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin,
         exists (select from pg_class where relowner = r.oid) as owns,
         exists (select from pg_proc where proowner = r.oid) as "ownsFunctions",
         exists (select from pg_auth_members where member = r.oid) as inherits
       from pg_roles r where rolname = $1`,
      [app.name],
    );
    expect(rows).toHaveLength(1);
    expect(Object.entries(rows[0]).filter(([, holds]) => holds !== false)).toEqual([]);
  });

  test('can make nothing', async () => {
    for (const schema of ['callbot', 'altiplano', 'public']) {
      expect(await app.refusal({}, `create table ${schema}.mine (id int)`), schema).toBe('42501');
    }
  });

  test('runs as its owner only what guards the tenant itself', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select format('%s.%s', p.pronamespace::regnamespace, p.proname) as name from pg_proc p
       where p.pronamespace in ('callbot'::regnamespace, 'altiplano'::regnamespace) and p.prosecdef
         and p.prorettype <> 'trigger'::regtype and has_function_privilege($1, p.oid, 'execute') order by 1`,
      [app.name],
    );
    expect(rows.map(({ name }) => name)).toEqual([
      // A job for the session's tenant, and how a job stands that it asked for.
      'altiplano.add_job',
      // Whether a change of a user's password is under way: it waits, and tells nothing.
      'altiplano.await_password',
      // Attempts to sign in, before anybody is known: one more of a hashed name, and none any more.
      'altiplano.count_attempt',
      'altiplano.count_attempt_from',
      // Sessions, before anybody is known: one by its 128 random bits, or to end them all those of one user.
      'altiplano.end_session',
      'altiplano.end_sessions',
      'altiplano.forgive_attempt',
      'altiplano.forgive_attempt_from',
      'altiplano.job_progress',
      // The reply a caller got to a key, of the session's caller only; and keeping one.
      'altiplano.keep_reply',
      'altiplano.kept_reply',
      'altiplano.live_session',
      'altiplano.open_session',
      'altiplano.rotate_session',
      // Who a user is, before anybody is set as caller: role and employee of one user by its id, no tenant's data.
      'callbot.caller_identity',
      // Both raise for any tenant but the session's.
      'callbot.customer_bitmap_duration_between',
      'callbot.customer_bitmap_unfolded',
    ]);
  });
});

test('customer_bitmap_duration_between finds the tenant’s own rows and refuses every other', async () => {
  const between = (of: string) =>
    ['select * from callbot.customer_bitmap_duration_between($1, 0, true, null, true)', [of]] as const;
  const [one, two] = await keysOf({ name: 'callbot.customer', column: 'workspace_id', setting: 'tenant' });
  const [mine, other] = [one?.key ?? '', two?.key ?? ''];
  const { rows } = await app.as({ tenant: mine }, (client) => client.query(between(mine)[0], [mine]));
  expect(rows.length).toBeGreaterThan(0);
  expect(await app.refusal({ tenant: mine }, ...between(other))).toBe('ALT01');
  expect(await app.refusal({}, ...between(mine))).toBe('ALT01');
});

describe('customer_bitmap_unfolded', () => {
  const tail = (of: string | null) => [`select * from callbot.customer_bitmap_unfolded($1, null, null)`, [of]] as const;

  test('finds the tenant’s own rows and refuses every other', async () => {
    const [one, two] = await keysOf({ name: 'callbot.customer', column: 'workspace_id', setting: 'tenant' });
    const [mine, other] = [one?.key ?? '', two?.key ?? ''];
    const { rows } = await app.as({ tenant: mine }, (client) => client.query(tail(mine)[0], [mine]));
    const { rows: all } = await owner.query('select from callbot.customer_bitmap_tail where workspace_id = $1', [mine]);
    expect(rows.length).toBeGreaterThan(0);
    expect({ rows: rows.length, mine: rows.every((row) => row.workspace_id === mine) }).toEqual({
      rows: all.length,
      mine: true,
    });
    expect(await app.refusal({ tenant: mine }, ...tail(other))).toBe('ALT01');
    expect(await app.refusal({}, ...tail(mine))).toBe('ALT01');
    expect(await app.refusal({ tenant: 'nonsense' }, ...tail(mine))).toBe('22P02');
  });

  test('finds nothing for no tenant in no tenant', async () => {
    expect(await app.as({}, (client) => client.query(tail(null)[0], [null]))).toMatchObject({
      rowCount: 0,
    });
  });
});
