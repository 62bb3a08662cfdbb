import { connectOwner } from 'altiplano';
import { callCommand, useDatabase } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { sampledCallbot } from '../callbot-database.ts';
import { dropOwner, legacySystem } from './legacy.ts';

interface Size {
  readonly index: string;
  readonly table: string;
  readonly rows: number;
  readonly estimated: number | null;
  readonly real: number;
  readonly projected: number | null;
}

const sampled = useDatabase(sampledCallbot);
const nothing = useDatabase({ name: 'nothing', key: '1', build: async () => {} });

test('what an index weighs is near what was estimated, and carried to another volume', async () => {
  const owner = await connectOwner(sampled.url());
  await owner.query(
    'reindex table callbot.customer; reindex table callbot.call; analyze callbot.customer, callbot.call',
  );
  await owner.end();
  const argv = ['migrate', 'sizes', '--app', 'callbot', '--rows', 'call=1000000000', '--json'];
  const { code, stdout } = await callCommand(argv, { DATABASE_URL: sampled.url() });
  expect(code).toBe(0);
  const { indexes, totals } = JSON.parse(stdout) as { indexes: Size[]; totals: Size[] };
  const large = indexes.filter(({ real, table }) => real > 100_000 && ['customer', 'call'].includes(table));
  expect(large.length).toBeGreaterThan(5);
  for (const { index, real, estimated } of large) {
    expect({ index, near: Math.abs(real / (estimated ?? 1) - 1) < 0.25 }, `${real} ${estimated}`).toEqual({
      index,
      near: true,
    });
  }
  const calls = indexes.find(({ index }) => index === 'idx_call_customer');
  expect((calls?.projected ?? 0) / 1e9).toBeCloseTo((calls?.real ?? 0) / (calls?.rows ?? 1), 6);
  const own = indexes.filter(({ table }) => table === 'call').reduce((sum, { real }) => sum + real, 0);
  expect(totals.find(({ table }) => table === 'call')?.real).toBe(own);
});

test('the plan says each step and what its index would weigh, and does nothing', async () => {
  const legacy = await legacySystem(nothing.url(), 'planned', 2_000);
  const argv = ['migrate', 'up', '--dry-run', '--app', 'callbot', '--schema', 'planned', '--json'];
  const { code, stdout } = await callCommand(argv, { DATABASE_URL: legacy.url });
  const steps = JSON.parse(stdout).steps as { step: string; done: boolean; estimate: { bytes: number } | null }[];
  expect(code).toBe(0);
  const planned = steps.find(({ step }) => step === 'index idx_call_customer');
  expect(planned).toMatchObject({ done: false });
  // 20,000 rows of 76 to 90 bytes.
  expect((planned?.estimate?.bytes ?? 0) / 20_000).toBeGreaterThan(76);
  expect((planned?.estimate?.bytes ?? 0) / 20_000).toBeLessThan(92);
  expect(steps.find(({ step }) => step === 'index idx_customer_employee_id')).toMatchObject({ done: true });
  const owner = await connectOwner(legacy.url);
  const { rows } = await owner.query(
    `select to_regnamespace('altiplano') as engine, to_regclass('planned.idx_customer_page') as index`,
  );
  expect(rows).toEqual([{ engine: null, index: null }]);
  await owner.end();
  await legacy.end();
  await dropOwner(nothing.url());
});
