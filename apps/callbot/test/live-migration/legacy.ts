import { readdirSync, readFileSync } from 'node:fs';
import { connectOwner, type OwnerClient } from 'altiplano';
import { migrate, withOwner } from 'altiplano/testing';
import { callbot } from '../../app.ts';

const [, TABLES = ''] =
  /-- Up Migration\n(.*)-- Down Migration/s.exec(
    readFileSync(new URL('0001_legacy.sql', callbot.migrations), 'utf8'),
  ) ?? [];

/** Names of all migrations, in order; the first is the described state. */
export const MIGRATIONS = readdirSync(callbot.migrations)
  .map((file) => file.replace(/\.\w+$/, ''))
  .sort();
/** How many lead from the described state to ours. */
export const WAY = MIGRATIONS.length - 1;

/** A database as it stands before Altiplano: an owner that owns it and nothing more, and a program with a role of its own. */
export interface LegacySystem {
  /** The owner's. */
  readonly url: string;
  readonly schema: string;
  readonly program: string;
  connectProgram(): Promise<OwnerClient>;
  /** Ends the program's connections, with what they hold. */
  disconnect(): Promise<void>;
  up(options?: Partial<Parameters<typeof migrate>[1]>): Promise<readonly string[]>;
  down(count?: number): Promise<readonly string[]>;
  /** Removes the roles; the tables go with the database. */
  end(): Promise<void>;
}

/** Every customer of number 20, 40, … is the program's own; nobody writes to the others. */
export const OWN_EVERY = 20;

export async function legacySystem(admin: string, schema: string, customers: number): Promise<LegacySystem> {
  const database = new URL(admin).pathname.slice(1);
  const [owner, program] = [`owner_of_${database}`, `program_of_${database}_${schema}`];
  await withOwner(admin, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [owner]);
    if (rowCount === 0) await client.query(`create role ${owner} login createrole password 'plain'`);
    await client.query(`alter database ${database} owner to ${owner}; create role ${program} login password 'plain'`);
  });
  const url = loginOf(admin, owner);
  await withOwner(url, async (client) => {
    await client.query(`create schema if not exists ${schema}; set search_path to ${schema}; ${TABLES}`);
    await client.query(ROWS);
    await client.query(`select fill($1)`, [customers]);
    await client.query(`drop function fill(int); grant usage on schema ${schema} to ${program};
      grant select, insert, update, delete on all tables in schema ${schema} to ${program}; analyze`);
  });
  const open: OwnerClient[] = [];
  const folder = { app: callbot.name, schema, folder: callbot.migrations };
  return {
    url,
    schema,
    program,
    async connectProgram() {
      const client = await connectOwner(`${loginOf(admin, program)}?application_name=legacy`);
      await client.query(`set search_path to ${schema}`);
      open.push(client);
      return client;
    },
    disconnect: () => Promise.all(open.splice(0).map((client) => client.end())).then(() => {}),
    up: (options = {}) => migrate(folder, { url, direction: 'up', keepRoles: [program], ...options }),
    down: (count = WAY) => migrate(folder, { url, direction: 'down', count }),
    end: () =>
      withOwner(admin, (client) => client.query(`drop owned by ${program}; drop role ${program}`).then(() => {})),
  };
}

/** Roles outlive a database: the owner's, and the one the server becomes. */
export async function dropOwner(admin: string): Promise<void> {
  const database = new URL(admin).pathname.slice(1);
  await withOwner(admin, async (client) => {
    const { rows } = await client.query<{ role: string }>(
      'select rolname as role from pg_roles where rolname = any ($1)',
      [[`altiplano_app_${database}`, `owner_of_${database}`]],
    );
    for (const { role } of rows.sort((a, b) => a.role.localeCompare(b.role)))
      await client.query(`reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
  });
}

function loginOf(admin: string, user: string): string {
  const url = new URL(admin);
  url.username = user;
  url.password = 'plain';
  return url.href;
}

// With odd ones: documents that are no objects, the first and the last year, deleted customers with labels, an employee
// of nobody, a workspace without rows.
const ROWS = `
create function fill(customers int) returns void language sql as $fill$
  insert into workspace (id, name) select md5('w' || i)::uuid, 'W' || i from generate_series(0, 4) i;
  insert into employee (id, workspace_id, name, email)
  select md5('e' || i)::uuid, md5('w' || i % 4)::uuid, 'E' || i, i || '@x' from generate_series(0, 19) i;
  insert into label (id, workspace_id, name)
  select md5('l' || i)::uuid, md5('w' || i % 4)::uuid, 'L' || i from generate_series(0, 39) i;
  insert into customer (id, workspace_id, name, phone, email, status, employee_id, is_deleted, other_attributes, created_at)
  select md5('c' || i)::uuid, md5('w' || i % 4)::uuid, 'Customer É ' || i, i::text, nullif(i || '@x.y', '7@x.y'),
    (array['active', 'inactive', 'blocked', null])[1 + i % 4], case when i % 3 = 0 then md5('e' || i % 4)::uuid end, i % 11 = 0,
    (array['{}', '{"a": 1, "b": "x"}', '[1, 2]', '"text"', '{"n": null, "a": 1.0}', '{"city": "Łódź"}'])[1 + i % 6]::jsonb,
    case i when 5 then '0001-01-01'::timestamptz when 6 then '9999-12-31' else now() - i * interval '1 minute' end
  from generate_series(1, customers) i;
  insert into customer_campaign_labels
  select md5('c' || i)::uuid, md5('l' || (i % 4 + 4 * (k + i % 7)))::uuid from generate_series(1, customers) i, generate_series(0, i % 3) k;
  insert into call_campaign (id, workspace_id, name, status)
  select md5('g' || i)::uuid, md5('w' || i % 4)::uuid, 'G' || i, 'active' from generate_series(0, 7) i;
  insert into call_campaign_customer (id, workspace_id, campaign_id, customer_id, status)
  select md5('n' || i)::uuid, md5('w' || i % 4)::uuid, md5('g' || i % 4)::uuid, md5('c' || i)::uuid, 'completed'
  from generate_series(1, customers, 3) i;
  insert into call (workspace_id, customer_id, campaign_customer_id, direction, status, call_type, duration_seconds, is_deleted)
  select md5('w' || i % 4)::uuid, md5('c' || i)::uuid, case when i % 3 = 1 and k = 1 then md5('n' || i)::uuid end,
    'inbound', 'completed', 'direct', k, k = 9
  from generate_series(1, customers) i, generate_series(1, 10) k;
$fill$`;

/** Digest of what nobody writes to: every legacy column of every such row. */
export async function digestOfUntouched(client: OwnerClient, schema: string, customers: number): Promise<unknown> {
  const own = `select md5('c' || i)::uuid from generate_series(${OWN_EVERY}, ${customers}, ${OWN_EVERY}) i`;
  const digest = (row: string, source: string, key: string) =>
    `(select md5(coalesce(string_agg((${row})::text, '' order by ${key}), '')) from ${schema}.${source})`;
  const theirs = (column: string) =>
    `where ${column} not in (${own}) and ${column} in (select md5('c' || i)::uuid from generate_series(1, ${customers}) i)`;
  const { rows } = await client.query(`select
    ${digest('t', `customer t ${theirs('t.id')}`, 't.id')} as customers,
    ${digest('t.customer_id, t.label_id', `customer_campaign_labels t ${theirs('t.customer_id')}`, 't.customer_id, t.label_id')} as links,
    ${digest('t', `call_campaign_customer t ${theirs('t.customer_id')}`, 't.id')} as enrolments,
    ${digest('t', `call t ${theirs('t.customer_id')}`, 't.id')} as calls,
    ${['workspace', 'employee', 'label', 'call_campaign', 'app_user', 'app_user_workspaces'].map((table) => `${digest('t', `${table} t`, 't::text')} as ${table}`).join(', ')}`);
  return rows[0];
}
