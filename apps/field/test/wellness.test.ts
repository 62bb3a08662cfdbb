import { connectOwner, type JobContext, type OwnerClient, type Progress, type RunQuery } from 'altiplano';
import { migrateApp, TEST_KEYS, type Template, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { field } from '../app.ts';
import { wellness } from '../jobs/wellness.ts';
import { reportNaively, type WellnessRow } from '../naive.ts';
import { run } from '../sample.ts';
import { ANCHOR, fieldKey } from './field-database.ts';

const PERIOD = '2026-10';

const tenantsOf = (tenants: number): Template => ({
  name: `field_wellness_${tenants}`,
  key: `${fieldKey()} 1`,
  build: async (url) => {
    await migrateApp(url, field);
    const volume = { tenants, people: tenants * 5, tracking: 0, journal: Math.max(2_400, tenants * 15) };
    await run({ url, schema: field.schema, seed: 5, volume, anchor: ANCHOR, progress: () => {}, keys: TEST_KEYS });
  },
});

class Killed extends Error {}

interface Ran {
  /** Statements outside of steps, and inside. */
  readonly read: number;
  readonly written: number;
  readonly progress: readonly Progress[];
  readonly checkpoint: unknown;
}

/** Runs the job on the owner's connection; with `steps`, a process that is killed in the step after so many. */
async function runJob(owner: OwnerClient, checkpoint: unknown = null, steps = Number.POSITIVE_INFINITY): Promise<Ran> {
  const counts = { read: 0, written: 0 };
  const progress: Progress[] = [];
  const counted =
    (kind: keyof typeof counts): RunQuery =>
    async (query) => {
      counts[kind] += 1;
      const { text, values } = 'text' in query ? query : { text: query.sql, values: query.parameters };
      return (await owner.query({ text, values: [...values] })).rows;
    };
  const context: JobContext = {
    ...{ id: 'test', payload: { period: PERIOD }, checkpoint, signal: new AbortController().signal },
    query: counted('read'),
    async step(work) {
      await owner.query('begin');
      const told = await work(counted('written'));
      if (progress.length === steps) {
        await owner.query('rollback');
        throw new Killed();
      }
      await owner.query('commit');
      progress.push(told);
    },
  };
  await wellness.run(context).catch((error) => {
    if (!(error instanceof Killed)) throw error;
  });
  return { ...counts, progress, checkpoint: progress.at(-1)?.checkpoint };
}

async function reportsOf(owner: OwnerClient): Promise<readonly (WellnessRow & { readonly made: string })[]> {
  const { rows } = await owner.query(
    `select tenant_id as tenant, people::text, entries::text, average_mood, average_stress, at_risk::text,
            concat(id, ' ', created_at) as made
     from field.wellness_report where period_start = '2026-10-01' and period_end = '2026-10-31' order by tenant_id`,
  );
  return rows;
}

const figures = (rows: readonly WellnessRow[]) =>
  rows.map(({ tenant, people, entries, average_mood, average_stress, at_risk }) => ({
    ...{ tenant, people, entries, average_mood, average_stress, at_risk },
  }));

describe.each([20, 1_000])('the report of %d tenants', (tenants) => {
  const database = useDatabase(tenantsOf(tenants));
  let owner: OwnerClient;
  beforeAll(async () => {
    owner = await connectOwner(database.url());
  });
  afterAll(() => owner.end());

  test('is read by two statements and is what the naive job counts', async () => {
    const ran = await runJob(owner);
    // One tenant has nobody, and is told so.
    const slices = Math.ceil((tenants + 1) / 1_000);
    expect(ran).toMatchObject({ read: 2, written: slices });
    expect(ran.progress.at(-1)).toMatchObject({ done: tenants + 1, total: tenants + 1 });
    const naive = await reportNaively(owner, field.schema, PERIOD);
    expect(figures(await reportsOf(owner))).toEqual(figures(naive));
    expect(naive.some(({ at_risk }) => Number(at_risk) > 0)).toBe(true);
    expect(naive.some(({ entries, average_mood }) => entries === '0' && average_mood === null)).toBe(true);
  });

  test('run again leaves every row as it is, and counts what has changed', async () => {
    const before = await reportsOf(owner);
    await runJob(owner);
    expect(await reportsOf(owner)).toEqual(before);
    await owner.query(`update field.journal_entry set is_deleted = true where id % 3 = 0`);
    await owner.query(`update field.people set is_active = false where id % 7 = 0`);
    await runJob(owner);
    const after = await reportsOf(owner);
    expect(figures(after)).not.toEqual(figures(before));
    expect(figures(after)).toEqual(figures(await reportNaively(owner, field.schema, PERIOD)));
  });

  test('killed on the way goes on where it was', async () => {
    await owner.query('delete from field.wellness_report');
    const killed = await runJob(owner, null, tenants < 1_000 ? 0 : 1);
    const left = await reportsOf(owner);
    expect(left).toHaveLength(tenants < 1_000 ? 0 : 1_000);
    const resumed = await runJob(owner, killed.checkpoint ?? null);
    expect(resumed.read).toBe(2);
    const all = await reportsOf(owner);
    expect(all.slice(0, left.length)).toEqual(left);
    expect(figures(all)).toEqual(figures(await reportNaively(owner, field.schema, PERIOD)));
    expect(resumed.progress.at(-1)).toMatchObject({ done: tenants + 1, total: tenants + 1 });
  });
});
