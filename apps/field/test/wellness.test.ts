import { connectOwner, type OwnerClient } from 'altiplano';
import { migrateApp, runCounted, TEST_KEYS, type Template, useDatabase } from 'altiplano/testing';
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

const payload = { period: PERIOD };

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
    const ran = await runCounted(owner, wellness, { payload });
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
    await runCounted(owner, wellness, { payload });
    expect(await reportsOf(owner)).toEqual(before);
    await owner.query(`update field.journal_entry set is_deleted = true where id % 3 = 0`);
    await owner.query(`update field.people set is_active = false where id % 7 = 0`);
    await runCounted(owner, wellness, { payload });
    const after = await reportsOf(owner);
    expect(figures(after)).not.toEqual(figures(before));
    expect(figures(after)).toEqual(figures(await reportNaively(owner, field.schema, PERIOD)));
  });

  test('killed on the way goes on where it was', async () => {
    await owner.query('delete from field.wellness_report');
    const killed = await runCounted(owner, wellness, { payload, steps: tenants < 1_000 ? 0 : 1 });
    const left = await reportsOf(owner);
    expect(left).toHaveLength(tenants < 1_000 ? 0 : 1_000);
    const resumed = await runCounted(owner, wellness, { payload, checkpoint: killed.checkpoint ?? null });
    expect(resumed.read).toBe(2);
    const all = await reportsOf(owner);
    expect(all.slice(0, left.length)).toEqual(left);
    expect(figures(all)).toEqual(figures(await reportNaively(owner, field.schema, PERIOD)));
    expect(resumed.progress.at(-1)).toMatchObject({ done: tenants + 1, total: tenants + 1 });
  });
});
