import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';

export interface Template {
  /** Lower case letters, digits and underscores. */
  readonly name: string;
  /** Changes whenever `build` would make something else: a hash of the migrations and the sample. */
  readonly key: string;
  readonly build: (url: string) => Promise<void>;
}

/** A database of its own for the test file, cloned from `template`, which is built once per key and kept. */
export function useDatabase(template: Template): { url(): string } {
  const admin = inject('adminUrl');
  const name = `altiplano_test_${randomBytes(6).toString('hex')}`;
  const url = urlOf(admin, name);
  beforeAll(() =>
    withClient(admin, async (client) => {
      const source = await ensureTemplate(client, admin, template);
      await client.query(`create database ${name} template ${source} strategy file_copy`);
    }),
  );
  afterEach(() => refuseSessions(admin, url, 'in transaction'));
  afterAll(async () => {
    try {
      await refuseSessions(admin, url, 'any');
    } finally {
      await withClient(admin, (client) => client.query(`drop database if exists ${name} with (force)`));
    }
  });
  return { url: () => url };
}

/**
 * Workers that want the same template wait for the one that builds it. The advisory lock is the session's and is held
 * until that has cloned: a run of another branch on this server may want to replace the template.
 */
async function ensureTemplate(client: pg.Client, admin: string, template: Template): Promise<string> {
  const prefix = `altiplano_template_${template.name}_`;
  const name = prefix + createHash('sha256').update(template.key).digest('hex').slice(0, 12);
  const draft = `${prefix}draft`;
  await client.query('select pg_advisory_lock(hashtext($1))', [prefix]);
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname ~ ('^' || $1 || '([0-9a-f]{12}|draft)$')`,
    [prefix],
  );
  if (rows.some(({ datname }) => datname === name)) return name;
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  await client.query(`create database ${draft}`);
  await template.build(urlOf(admin, draft));
  await refuseSessions(admin, urlOf(admin, draft), 'any');
  await client.query(`alter database ${draft} rename to ${name}`);
  return name;
}

/** Fails when a database has such sessions. A closing one takes a moment to disappear, so it looks for half a second. */
export async function refuseSessions(admin: string, url: string, which: 'in transaction' | 'any'): Promise<void> {
  const database = new URL(url).pathname.slice(1);
  await withClient(admin, async (client) => {
    for (let attempt = 0; ; attempt++) {
      const { rows } = await client.query<{ state: string; query: string }>(
        `select state, query from pg_stat_activity
         where datname = $1 and backend_type = 'client backend' and state like $2`,
        [database, which === 'any' ? '%' : 'idle in transaction%'],
      );
      const [first] = rows;
      if (first === undefined) return;
      const story = `one is ${first.state} after: ${first.query}`;
      if (attempt === 10) throw new Error(`${rows.length} leaked connection(s) of ${database}; ${story}`);
      await sleep(50);
    }
  });
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(admin: string, database: string): string {
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}
