import { afterAll, beforeAll, expect, test } from 'vitest';
import { scheduleRun } from '../../src/jobs/worker.ts';
import { CLERK, OFFICE, OTHER } from '../actions/desk.ts';
import { type AppRole, openAppRole } from '../support/app-role.ts';
import { mill } from './mill.ts';
import { useMill } from './mill-database.ts';

const { url, rows } = useMill();
let role: AppRole;
beforeAll(async () => {
  role = await openAppRole(url());
});
afterAll(() => role.end());

const NONE = '00000000-0000-0000-0000-000000000000';

test.each([
  ['where there are no tenants, whoever asked for it', NONE, 0],
  ['of a tenant, everybody of the tenant', OFFICE, 1],
])('a job is seen by those it belongs to: %s', async (_title, tenant, seenByOthers) => {
  await role.as({ tenant, caller: CLERK }, async (client) => {
    const add = async () =>
      (await client.query("select altiplano.add_job('desk', 'grind', '{}', 'one', 3) as id")).rows[0].id;
    const id = await add();
    const seen = async (caller: string) => {
      await client.query("select set_config('altiplano.caller', $1, true)", [caller]);
      return (await client.query("select from altiplano.job_progress('desk', $1)", [id])).rowCount;
    };
    expect([await seen(CLERK), await seen(OTHER)]).toEqual([1, seenByOthers]);
    // Who asks for the same is one of those it belongs to from then on.
    expect(await add()).toBe(id);
    expect([await seen(OTHER), await seen(CLERK)]).toEqual([1, 1]);
  });
});

test('of a job that nobody in particular asked for, who asks for it later is kept', async () => {
  await role.as({ tenant: NONE }, async (client) => {
    const add = async () =>
      (await client.query("select altiplano.add_job('desk', 'grind', '{}', 'nobody', 3) as id")).rows[0].id;
    const id = await add();
    await client.query("select set_config('altiplano.caller', $1, true)", [CLERK]);
    expect(await add()).toBe(id);
    expect((await client.query("select from altiplano.job_progress('desk', $1)", [id])).rowCount).toBe(1);
  });
});

test('a run of the schedule is begun as often as is said for those', async () => {
  const [job] = mill.jobs ?? [];
  if (job === undefined) throw new Error('no job');
  await scheduleRun(url(), 'desk', job, '2026-01-01T00:00:00Z');
  await scheduleRun(url(), 'desk', job, '2026-01-01T00:00:00Z');
  const found = await rows("select most_attempts, key from altiplano.job_run where key like 'schedule:%'");
  expect(found).toEqual([{ most_attempts: 1, key: 'schedule:2026-01-01T00:00:00Z' }]);
});
