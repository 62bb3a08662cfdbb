import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findingWith } from '../../test/profile/report/fixtures.ts';
import { openAccepted } from './profile-accepted.ts';

const directory = mkdtempSync(join(tmpdir(), 'altiplano-accepted-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string, value: unknown): string => {
  writeFileSync(join(directory, name), JSON.stringify(value));
  return join(directory, name);
};

const NOW = new Date('2026-11-28T12:00:00Z');
const NONE = { baseline: null, allow: null, updateBaseline: false };
const [old, kept, fresh] = ['old', 'kept', 'fresh'].map((key) => findingWith({ key, title: `title of ${key}` }));
const findings = [old, kept, fresh].filter((finding) => finding !== undefined);

test('without files everything counts', () => {
  const accepted = openAccepted(NONE, NOW);
  expect([accepted.of(findings).size, accepted.notes(findings)]).toEqual([0, []]);
});

test('what is known or allowed does not count, and entries that do nothing are told', () => {
  const baseline = file('baseline.json', {
    findings: [
      { key: 'old', title: 'a' },
      { key: 'mended', title: 'b' },
    ],
  });
  const entry = { rule: 'n-plus-one', reason: 'three rows at most' };
  const allow = file('allow.json', {
    allow: [
      { ...entry, key: 'kept', until: '2026-11-28' },
      { ...entry, key: 'fresh', until: '2026-11-27' },
    ],
  });
  const accepted = openAccepted({ ...NONE, baseline, allow }, NOW);
  expect(accepted.of(findings)).toEqual(
    new Map([
      ['old', 'in the baseline'],
      ['mended', 'in the baseline'],
      ['kept', 'allowed'],
    ]),
  );
  expect(accepted.notes(findings)).toEqual([
    expect.stringContaining('fresh was allowed until 2026-11-27'),
    'no longer found, still in the baseline: b',
  ]);
});

test('an update writes what counts and forgets what was known', () => {
  const baseline = file('written.json', { findings: [{ key: 'mended', title: 'b' }] });
  const accepted = openAccepted({ ...NONE, baseline, updateBaseline: true }, NOW);
  const reported = findings.map((finding) => ({ ...finding, routes: [], requests: 1, accepted: null }));
  const [first, second, third] = reported;
  const said = accepted.update([
    first,
    { ...second, accepted: 'allowed' },
    { ...third, level: 'info' },
  ] as typeof reported);
  expect(said).toBe(`wrote ${baseline}: 1 findings`);
  expect(JSON.parse(readFileSync(baseline, 'utf8'))).toEqual({ findings: [{ key: 'old', title: 'title of old' }] });
});

test.each([
  [{ baseline: join(directory, 'nowhere.json') }, '--update-baseline'],
  [{ baseline: file('broken.json', []) }, 'broken.json'],
  [{ allow: file('wrong.json', { allow: [{ rule: 'n-plus-one' }] }) }, 'reason'],
])('%j is wrong use', (files, problem) => {
  expect(() => openAccepted({ ...NONE, ...files }, NOW)).toThrow(
    expect.objectContaining({
      code: 'CLI_USAGE',
      ...(problem.startsWith('--')
        ? { hint: expect.stringContaining(problem) }
        : { message: expect.stringContaining(problem) }),
    }),
  );
});
