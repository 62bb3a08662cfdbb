import { describe, expect, it } from 'vitest';
import { recordingOf, siteAt } from '../../../test/profile/oracle/trace.ts';
import { readAllowList, withoutAllowed } from './allow-list.ts';
import { beyondBaseline, goneFromBaseline, mergeBaseline, printBaseline, readBaseline } from './baseline.ts';
import { findVerdicts } from './verdicts.ts';

const loop = (table: string, line: number) =>
  findVerdicts(
    recordingOf([
      { text: 'select id from posts', columns: { id: [1, 2, 3, 4, 5] }, rows: 5 },
      ...[1, 2, 3, 4, 5].map((id) => ({
        text: `select * from ${table} where id = $1`,
        parameters: [id],
        site: siteAt(line),
      })),
    ]),
  );
const findings = [...loop('authors', 7), ...loop('tags', 90)];
const [authors] = findings;

function list(...entries: readonly unknown[]) {
  return readAllowList(JSON.stringify({ allow: entries }));
}

describe('the list of what is allowed', () => {
  const meant = { rule: 'n-plus-one', reason: 'few of them', until: '2026-12-31' };

  it('takes by key, by statement or by file, whatever the values', () => {
    const entries = [
      { key: authors?.key },
      { shape: 'SELECT * FROM authors WHERE id = 17' },
      { shape: 'select * from authors where id = $1', file: 'src/**/*.ts' },
    ];
    for (const entry of entries) {
      const sorted = withoutAllowed(findings, list({ ...meant, ...entry }), '2026-12-31');
      expect(sorted.findings.map(({ title }) => title.includes('tags'))).toEqual([true]);
      expect(sorted.told).toEqual([]);
    }
    expect(withoutAllowed(findings, list({ ...meant, file: 'src/*.ts' }), '2026-12-31').findings).toEqual([]);
    expect(withoutAllowed(findings, list({ ...meant, file: 'source/*' }), '2026-12-31').findings).toEqual(findings);
  });

  it('tells what has expired and what is met by nothing', () => {
    const { findings: left, told } = withoutAllowed(
      findings,
      list({ ...meant, file: 'src/**' }, { ...meant, rule: 'chatty', key: 'x' }),
      '2027-01-01',
    );
    expect(left).toEqual(findings);
    expect(told).toEqual([
      'n-plus-one src/** was allowed until 2026-12-31 (“few of them”) and is there still',
      'chatty x is allowed and was not found; remove the entry if that is so everywhere',
    ]);
  });

  it('says everything that is wrong in it, and what would be right', () => {
    expect(() => list({ rule: 'n+1', until: '2027-02-30', resaon: 'x' }, 7)).toThrow(
      [
        'altiplano-profile.json cannot be used:',
        '  allow[0]: “resaon” means nothing here; did you mean “reason”?',
        '  allow[0].rule: “n+1” is no rule; it may be one of n-plus-one, duplicate, write-n-plus-one, chatty, could-run-together, slow-query, count-as-exists, deep-offset, unused-wide-columns, missing-index, spilled-sort, policy-per-row, stale-statistics, pool-wait',
        '  allow[0]: allows every finding of its rule: name the "key", the "shape" or the "file" that is meant',
        '  allow[0].reason: is missing: say why this may be so, for whoever reads it when it has expired',
        '  allow[0].until: has to be the last day it is allowed, as "2027-03-31", not "2027-02-30"',
        '  allow[1]: has to be an object with "rule", "reason", "until", and "key", "shape" or "file"',
      ].join('\n'),
    );
    expect(() => readAllowList('{')).toThrow('altiplano-profile.json is not JSON');
    expect(() => readAllowList('[]')).toThrow('it has to be an object: { "allow": [ … ] }');
  });
});

describe('the baseline', () => {
  it('knows a finding after the line has moved, and not another', () => {
    const baseline = mergeBaseline(null, loop('authors', 7));
    const moved = loop('authors', 7).map((finding) => ({
      ...finding,
      evidence: finding.evidence.map((evidence) => ({
        ...evidence,
        site: evidence.site && { ...evidence.site, line: 900 },
      })),
    }));
    expect(beyondBaseline(baseline, [...moved, ...loop('tags', 7)]).map(({ title }) => title)).toEqual([
      findings[1]?.title.replace('90 (work90)', '7 (work7)'),
    ]);
    expect(goneFromBaseline(baseline, [])).toEqual(baseline.findings);
  });

  it('merges runs in any order into one text', () => {
    const [first, second] = [findings.slice(0, 1), findings.slice(1)];
    const one = printBaseline(mergeBaseline(mergeBaseline(null, first), second));
    expect(printBaseline(mergeBaseline(mergeBaseline(null, second), findings))).toBe(one);
    expect(printBaseline(readBaseline(one))).toBe(one);
  });

  it('says what is wrong in it', () => {
    expect(() => readBaseline('{"findings":[{"kee":"a"}],"version":1}')).toThrow(
      'altiplano-profile-baseline.json cannot be used:\n  “version” means nothing here; it may be one of findings\n  findings[0]: has to be { "key": "…", "title": "…" }\n  findings[0]: “kee” means nothing here; did you mean “key”?',
    );
  });
});
