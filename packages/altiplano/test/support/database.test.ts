import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { refuseSessions, type Template, useDatabase } from './database.ts';

describe('useDatabase', () => {
  let builds = 0;
  const template: Template = {
    name: 'support',
    key: '1',
    build: async (url) => {
      builds++;
      await run(url, 'create table sample as select generate_series(1, 10) as number');
    },
  };
  const first = useDatabase(template);
  const second = useDatabase(template);
  const replaced = useDatabase({ ...template, key: '2' });

  it('builds a template at most once per key and gives each user a clone of its own', async () => {
    expect(builds).toBeLessThanOrEqual(2);
    await run(first.url(), 'delete from sample');
    expect(await run(first.url(), 'select count(*)::int as rows from sample')).toEqual([{ rows: 0 }]);
    expect(await run(second.url(), 'select count(*)::int as rows from sample')).toEqual([{ rows: 10 }]);
  });

  it('drops the template of an older key', async () => {
    expect(await run(replaced.url(), 'select count(*)::int as rows from sample')).toEqual([{ rows: 10 }]);
    const templates = await run(
      inject('adminUrl'),
      `select datname from pg_database where datname like 'altiplano\\_template\\_support\\_%'`,
    );
    expect(templates).toHaveLength(1);
  });

  it('notices a transaction left open', async () => {
    const client = new pg.Client({ connectionString: first.url() });
    await client.connect();
    await client.query('begin');
    await client.query('select 1 as forgotten');
    await expect(refuseSessions(inject('adminUrl'), first.url(), 'in transaction')).rejects.toThrow(
      /1 leaked connection.* idle in transaction after: select 1 as forgotten/,
    );
    await client.end();
    await refuseSessions(inject('adminUrl'), first.url(), 'any');
  });
});

async function run(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
