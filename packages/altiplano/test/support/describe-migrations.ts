import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import type { App } from '../../src/resource/app.ts';
import { useDatabase } from './database.ts';

export interface MigrationsBed {
  owner(): OwnerClient;
  rows<T = unknown>(text: string): Promise<readonly T[]>;
}

export interface MigrationsCase {
  /** Puts rows in the app's tables. */
  fill(owner: OwnerClient): Promise<unknown>;
  /** Tests of the app's own, of its tables with these rows. */
  readonly own?: (bed: MigrationsBed) => void;
}

const CATALOG = `
  select object from (
    select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
    where relnamespace = $1::text::regnamespace
    union all
    select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid), convalidated)
    from pg_constraint where connamespace = $1::text::regnamespace
    union all
    select concat(relname, relkind, relrowsecurity, relforcerowsecurity, relacl) from pg_class
    where relnamespace = $1::text::regnamespace
    union all
    select concat(polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    from pg_policy
    union all
    select concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
    union all
    select pg_get_functiondef(oid) from pg_proc where pronamespace = $1::text::regnamespace
  ) as catalog (object) where object not like '%altiplano_migration%' order by object`;

const LEFT = `select relname from pg_class
  where relnamespace = $1::text::regnamespace and relkind in ('r', 'v', 'p') and relname <> 'altiplano_migration'`;

/** Foreign keys of which no whole index begins with one of their columns: a deleted parent would walk the table. */
const UNINDEXED = `
  select conrelid::regclass::text as child, conname as name from pg_constraint k
  where contype = 'f' and conparentid = 0 and connamespace = $1::text::regnamespace and not exists (
    select from pg_index i
    where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid and (i.indkey::int2[])[0] = any (k.conkey))`;

/** The tests every app's migrations have to pass, in a database of their own. */
export function describeMigrations(app: Pick<App, 'name' | 'schema' | 'migrations'>, { fill, own }: MigrationsCase) {
  const database = useDatabase({ name: 'engine_only', key: '1', build: async () => {} });
  let owner: OwnerClient;
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    await migrate(ENGINE, { url: database.url(), direction: 'up' });
  });
  afterAll(() => owner.end());
  const folder = { app: app.name, schema: app.schema, folder: app.migrations };
  const count = readdirSync(app.migrations).length;
  const up = () => migrate(folder, { url: database.url(), direction: 'up' });
  const down = () => migrate(folder, { url: database.url(), direction: 'down', count });
  const about = async (text: string) => (await owner.query(text, [app.schema])).rows;

  test('up, down and up again leave what the first up left', async () => {
    expect(await up()).toHaveLength(count);
    const first = await about(CATALOG);
    expect(await down()).toHaveLength(count);
    expect(await about(LEFT)).toEqual([]);
    expect(await up()).toHaveLength(count);
    expect(await about(CATALOG)).toEqual(first);
  });

  test('every foreign key finds its rows by an index', async () => {
    expect(await about(UNINDEXED)).toEqual([]);
  });

  test('the way down stops before it drops rows', async () => {
    await fill(owner);
    await expect(down()).rejects.toMatchObject({ code: 'MIGR_FAILED', message: expect.stringContaining('hold rows') });
    await up();
  });

  own?.({ owner: () => owner, rows: async <T>(text: string) => (await owner.query(text)).rows as readonly T[] });
}
