import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { callCommand, ENGINE, migrate, useDatabase, withOwner } from 'altiplano/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { dropOwner, type LegacySystem, legacySystem, MIGRATIONS, WAY } from './legacy.ts';
import { schemaOf } from './schema-of.ts';
import { wrongBitmaps } from './wrong-bitmaps.ts';

const database = useDatabase({ name: 'nothing', key: '1', build: async () => {} });
const CUSTOMERS = 400;
let owner: OwnerClient;
const systems: LegacySystem[] = [];
beforeAll(async () => {
  const first = await open('first');
  await migrate(ENGINE, { url: first.url, direction: 'up' });
  owner = await connectOwner(first.url);
});
afterAll(async () => {
  await owner?.end();
  for (const system of systems) await system.end();
  await dropOwner(database.url());
});

afterEach(async () => {
  // A test that failed must not leave a lock for which the migration under way waits.
  for (const system of systems) await system.disconnect();
});

async function open(schema: string): Promise<LegacySystem> {
  const system = await legacySystem(database.url(), schema, CUSTOMERS);
  systems.push(system);
  return system;
}

const whole = async (schema: string) => {
  expect((await schemaOf(owner, schema)).filter((line) => line.endsWith('INVALID'))).toEqual([]);
  expect(await wrongBitmaps(systems[0]?.url ?? '', schema)).toEqual([]);
};

async function until(condition: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if ((await owner.query(`select ${condition} as met`)).rows[0].met) return;
    await sleep(25);
  }
  throw new Error(`never: ${condition}`);
}

describe('rows that belong to nobody', () => {
  test('are counted and shown, nobody is refused meanwhile, and once mended it goes on', async () => {
    const system = await open('orphans');
    await owner.query(`insert into orphans.customer_campaign_labels values (md5('c1')::uuid, md5('l2')::uuid)`);
    const argv = ['migrate', 'up', '--app', 'callbot', '--schema', 'orphans', '--keep-role', system.program];
    const { code, stderr } = await callCommand(argv, { DATABASE_URL: system.url });
    expect(code).toBe(1);
    expect(stderr).toContain('1 rows of customer_campaign_labels have no label');
    expect(stderr).toContain('(MIGR_ORPHANS)');
    const { rows } = await owner.query<{ id: string; customer: string }>(
      `select md5('l2')::uuid as id, md5('c1')::uuid as customer`,
    );
    expect(stderr).toContain(`customer_id ${rows[0]?.customer}, label_id ${rows[0]?.id}`);
    // The query it gives finds the row; and the program may still write another, as before.
    const [, query = ''] = /Find them: set search_path to orphans; (select .*;) Mend/.exec(stderr) ?? [];
    await owner.query(`set search_path to orphans`);
    expect((await owner.query(query)).rowCount).toBe(1);
    await owner.query('reset search_path');
    const program = await system.connectProgram();
    await program.query(
      `insert into customer_campaign_labels (customer_id, label_id) values (md5('c1')::uuid, md5('l3')::uuid)`,
    );
    await owner.query(
      `delete from orphans.customer_campaign_labels where customer_id = md5('c1')::uuid and label_id in (md5('l2')::uuid, md5('l3')::uuid)`,
    );
    expect(await system.up()).toEqual(MIGRATIONS.slice(2));
    await whole('orphans');
  });
});

describe('another session’s lock', () => {
  test('delays a migration and fails neither; what waits says for whom', async () => {
    const system = await open('held');
    const said: string[] = [];
    const role = new URL(system.url).username;
    await withOwner(inject('adminUrl'), (client) => client.query(`grant pg_read_all_stats to ${role}`));
    const program = await system.connectProgram();
    await program.query(`begin; update customer set checked = true where id = md5('c20')::uuid;
      update customer_campaign_labels set label_id = label_id where customer_id = md5('c20')::uuid`);
    const migrating = system.up({ log: (line) => said.push(line) });
    await until(`exists (select from pg_index where indexrelid = to_regclass('held.idx_customer_tenant_key'))`);
    await sleep(1_500);
    await program.query('commit');
    // And a second time, while strong locks are asked for.
    await until(`to_regclass('held.idx_call_customer') is not null`);
    await program.query(`begin; select from customer_campaign_labels limit 1`);
    await sleep(3_000);
    await program.query('commit');
    await migrating;
    await withOwner(inject('adminUrl'), (client) => client.query(`revoke pg_read_all_stats from ${role}`));
    expect(said.filter((line) => line.includes(`of ${system.program} (legacy), idle in transaction`))).not.toEqual([]);
    await whole('held');
  });

  test('is named when patience ends, and the next run goes on', async () => {
    const system = await open('impatient');
    await system.up({ count: 2 });
    const program = await system.connectProgram();
    const pid = (
      (await program.query(
        'begin; select from customer_campaign_labels; select pg_backend_pid() as pid',
      )) as unknown as { rows: { pid: number }[] }[]
    )[2]?.rows[0]?.pid;
    await expect(system.up({ patience: 500 })).rejects.toMatchObject({
      code: 'MIGR_LOCKED',
      message: expect.stringContaining(`session ${pid} of ${system.program}`),
    });
    await program.query('commit');
    await system.up();
    await whole('impatient');
  });
});

// `if not exists` would take the index for done.
test('an index left invalid by a build that was cut off is removed and built again', async () => {
  const system = await open('cut');
  const program = await system.connectProgram();
  await program.query(`begin; update customer set checked = true where id = md5('c20')::uuid`);
  const migrating = system.up().catch((error) => error);
  await until(`exists (select from pg_stat_progress_create_index p where p.relid = to_regclass('cut.customer'))`);
  await withOwner(inject('adminUrl'), (client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_progress_create_index where datname = $1`, [
      new URL(database.url()).pathname.slice(1),
    ]),
  );
  expect(await migrating).toMatchObject({ code: 'MIGR_FAILED' });
  expect((await schemaOf(owner, 'cut')).filter((line) => line.endsWith('INVALID'))).toHaveLength(1);
  await program.query('commit');
  await system.up();
  await whole('cut');
});

describe('another program’s role', () => {
  test('that would see nothing any more is named before anything is done', async () => {
    const system = await open('unnamed');
    const refused = system.up({ keepRoles: [] });
    await expect(refused).rejects.toMatchObject({
      code: 'MIGR_ROLES',
      message: expect.stringContaining(system.program),
      hint: expect.stringContaining(`--keep-role ${system.program}`),
    });
    expect((await owner.query(`select to_regclass('unnamed.idx_customer_page') as index`)).rows).toEqual([
      { index: null },
    ]);
  });

  test('keeps every row when it is named, and loses them when all may', async () => {
    const counts: unknown[] = [];
    for (const [schema, keepRoles] of [
      ['kept', undefined],
      ['lost', ['none']],
    ] as const) {
      const system = await open(schema);
      await system.up(keepRoles === undefined ? {} : { keepRoles });
      const program = await system.connectProgram();
      counts.push((await program.query('select from customer')).rowCount);
    }
    expect(counts).toEqual([CUSTOMERS, 0]);
  });

  test.each([
    ['nobody_of_this_name', 'no such role'],
    ['pg_read_all_data', 'belongs to it'],
  ])('is refused when it cannot be: %s', async (role, problem) => {
    const [system] = systems;
    if (problem === 'belongs to it') {
      const app = (await owner.query<{ role: string }>('select altiplano.app_role() as role')).rows[0]?.role;
      await withOwner(inject('adminUrl'), (client) => client.query(`grant ${role} to ${app}`));
    }
    const refused = system?.up({ keepRoles: [role, 'none'] });
    await expect(refused).rejects.toMatchObject({ code: 'MIGR_ROLE_UNFIT', message: expect.stringContaining(problem) });
  });
});

// A half reverted migration is on the list of those applied: `up` must not take it for whole.
test('the way back, cut off, and then forward again', async () => {
  const system = await open('returned');
  await system.up();
  await system.down(WAY - 3);
  const program = await system.connectProgram();
  await program.query(`begin; update customer set checked = true where id = md5('c20')::uuid`);
  const cut = system.down(1).catch((error) => error);
  await until(
    `not exists (select from pg_trigger where tgrelid = to_regclass('returned.customer_campaign_labels') and tgname like '%posting%')`,
  );
  await withOwner(inject('adminUrl'), (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'altiplano' and pid <> $2 and query like '%lock table customer%'`,
      [new URL(database.url()).pathname.slice(1), (owner as unknown as { processID: number }).processID],
    ),
  );
  expect(await cut).toMatchObject({ code: 'MIGR_FAILED' });
  await program.query(`update customer set is_deleted = not is_deleted; commit`);
  expect(await system.up()).toEqual(MIGRATIONS.slice(3));
  await whole('returned');
});
