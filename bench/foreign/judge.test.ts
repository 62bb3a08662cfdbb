import type { ProgramReport } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { countsOf, judge } from './judge.ts';
import { readRecipes } from './recipe.ts';

const query = (fingerprint: string, verdicts: readonly string[], kind = 'read') => ({
  fingerprint,
  verdicts,
  kind,
  text: `select ${fingerprint}`,
});
const times = <Item>(count: number, item: Item): Item[] => Array<Item>(count).fill(item);

const finding = (key: string) => ({
  ...{ key, rule: 'n-plus-one', level: 'error', certainty: 'proved', title: key, routes: ['GET /a'] },
  evidence: [{ site: { file: 'a.js', line: 3, column: 1, function: 'list' } }],
});

const REPORT = {
  requests: 4,
  findings: [finding('right'), finding('wrong'), finding('new')],
  routes: [
    {
      ...{ method: 'GET', route: '/a', requests: 4, statements: { median: 12, most: 12 } },
      example: {
        queries: [
          ...times(3, query('found', ['n-plus-one'])),
          ...times(4, query('missed', [])),
          ...times(5, query('long', ['chatty'])),
          ...times(9, query('begin', [], 'transaction')),
          ...times(2, query('twice', [])),
        ],
      },
    },
  ],
} as unknown as ProgramReport;

const RECIPE = {
  ...{ name: 'a', title: 'A', kind: 'b', server: 's', seed: 's', ready: '/', environment: {} },
  judged: {
    findings: { right: { verdict: 'true', why: 'a loop' }, wrong: { verdict: 'false', why: 'none' } },
    missed: [{ route: 'GET /a', what: 'missed', why: 'a batch' }],
  },
} as const;

test('findings are counted by what was judged of them, and repeated shapes in none are listed', () => {
  const detection = judge(RECIPE, REPORT);
  expect(countsOf(detection)).toEqual({ true: 1, false: 1, unjudged: 1, missed: 1 });
  expect(detection).toMatchObject({ requests: 4, routes: 1, statements: 48 });
  expect(detection.findings[0]).toMatchObject({ verdict: 'true', why: 'a loop', site: 'a.js:3 list' });
  expect(detection.uncovered).toEqual([
    { route: 'GET /a', times: 4, text: 'select missed' },
    { route: 'GET /a', times: 5, text: 'select long' },
  ]);
});

test('every recipe says all it needs, and gives a reason for each verdict', () => {
  const recipes = readRecipes();
  expect(recipes.length).toBeGreaterThanOrEqual(3);
  for (const { name, title, server, seed, ready, judged } of recipes) {
    expect([name, title, server, seed, ready].every((part) => part !== undefined && part !== '')).toBe(true);
    for (const { verdict, why } of Object.values(judged.findings))
      expect([verdict === 'true' || verdict === 'false', why.length > 10]).toEqual([true, true]);
  }
});
