import { expect, inject, test } from 'vitest';
import { climb, STEPS, type Subject } from './scenarios/profile-overhead/ladder.ts';
import { conclude, rowsOf } from './scenarios/profile-overhead/section.ts';

test('climbs the ladder with a server a step, and says what each costs', async () => {
  const subject: Subject = {
    name: 'callbot in name only',
    program: 'plain-pg',
    environment: { DATABASE_URL: inject('adminUrl') },
    path: '/2',
    token: 'none',
    statements: 2,
  };
  const steps = await climb(subject, { rounds: 2, requests: 3, warming: 1 });
  expect(steps.map(({ step, samples }) => [step, samples.length])).toEqual(STEPS.map((step) => [step, 6]));
  expect(steps[0]?.p50).toEqual({ whole: 1, least: 1, most: 1 });
  const rows = rowsOf(subject, steps);
  expect(rows.map(({ variant, statements }) => [variant, statements])).toEqual(STEPS.map((step) => [step, 2]));
  expect(conclude(rows).slice(-2)).toEqual([
    expect.stringMatching(
      /^p99 of callbot's page at counts: × [\d.]+, aim ≤ 1.02: (kept|missed)(, but rounds lay between × [\d.]+ and × [\d.]+)?$/,
    ),
    expect.stringMatching(
      /^p99 of callbot's page at timings: × [\d.]+, aim ≤ 1.1: (kept|missed)(, but rounds lay between × [\d.]+ and × [\d.]+)?$/,
    ),
  ]);
});
