import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditMigration } from '../../src/audit/migration.ts';
import { readAudit } from '../../src/audit/registry.ts';
import { checkAudit } from '../../src/catalog/check-audit.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import type { Audit } from '../../src/resource/audit.ts';
import { exampleResource } from '../support/example-resource.ts';
import { ARCHIVE, MIGRATION, TRAIL, useArchive } from './archive.ts';

const database = useArchive();
let client: OwnerClient;
beforeAll(async () => {
  client = await connectOwner(database.url());
  await client.query(`set search_path to ${ARCHIVE}`);
});
afterAll(() => client.end());

const print = async (audit: Audit) => auditMigration(audit, await readAudit(client, ARCHIVE, audit.log));
const parts = (migration: string) => migration.split('-- Down Migration');
const run = (text = '') => client.query(`begin; ${text}; commit; set search_path to ${ARCHIVE}`);

/** What a resource over a table is told. */
async function finding(audit: Audit, table: string): Promise<string | undefined> {
  const resource = { ...exampleResource(), table };
  return checkAudit(resource, audit, await readCatalog(client, ARCHIVE))[0]?.message;
}

const OTHERWISE: Audit = {
  ...TRAIL,
  tables: { ...TRAIL.tables, shelf: { tenant: 'house_id', key: 'id', redact: ['title', 'seal'], ignore: [] } },
};
const { folder: _, ...withoutFolder } = TRAIL.tables;
const LESS: Audit = { ...TRAIL, tables: withoutFolder };

test('without a difference it is the migration the database has', async () => {
  expect(await print(TRAIL)).toBe(MIGRATION);
  expect(await finding(TRAIL, 'shelf')).toBeUndefined();
  expect(await finding(TRAIL, 'unaudited')).toBeUndefined();
});

test('what is declared otherwise is printed, and put back by its way down', async () => {
  expect(await finding(OTHERWISE, 'shelf')).toContain('declared otherwise');
  const [up, down] = parts(await print(OTHERWISE));
  expect(up).not.toMatch(/create table|keeper|folder/);
  await run(up);
  expect(await finding(OTHERWISE, 'shelf')).toBeUndefined();
  await run(down);
  expect(await finding(TRAIL, 'shelf')).toBeUndefined();
});

test('a table that is no longer declared loses its triggers', async () => {
  const [up, down] = parts(await print(LESS));
  await run(up);
  expect(await finding(TRAIL, 'folder')).toContain('no triggers');
  await run(down);
  expect(await finding(TRAIL, 'folder')).toBeUndefined();
});

test('a trigger that is disabled is a finding', async () => {
  await client.query('alter table keeper disable trigger altiplano_audit_update');
  expect(await finding(TRAIL, 'keeper')).toContain('missing or disabled');
  const [up] = parts(await print(TRAIL));
  await run(up);
  expect(await finding(TRAIL, 'keeper')).toBeUndefined();
});

test('its way down leaves nothing', async () => {
  const [up, down] = parts(MIGRATION);
  await run(down);
  expect((await readAudit(client, ARCHIVE, TRAIL.log)).tables.size).toBe(0);
  const { rows } = await client.query(
    "select proname from pg_proc where pronamespace = 'archive'::regnamespace union all select relname from pg_class where relname = 'trail'",
  );
  expect(rows).toEqual([]);
  await run(up);
  expect(await finding(TRAIL, 'house')).toBeUndefined();
});
