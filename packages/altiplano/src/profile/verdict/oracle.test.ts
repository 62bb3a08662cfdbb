import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { made, toldOf } from '../../../test/profile/oracle/detection.ts';
import { findVerdicts } from './verdicts.ts';

/** Recordings of made-up requests, of which is known what is wrong with them. More with ALTIPLANO_ORACLE_RUNS. */
const RUNS = Number(process.env.ALTIPLANO_ORACLE_RUNS ?? 1_000);

describe('made-up requests', () => {
  it('are told what was planted in them, and nothing else', () => {
    fc.assert(
      fc.property(made, ({ recording, expected, parts }) => {
        const told = toldOf(findVerdicts(recording));
        expect(told, parts.map(({ name }) => name).join('; ')).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('never have one query in two findings that contradict each other', () => {
    const exclusive = new Set(['n-plus-one', 'write-n-plus-one', 'duplicate', 'could-run-together', 'chatty']);
    fc.assert(
      fc.property(made, ({ recording }) => {
        const told = findVerdicts(recording).filter(({ rule }) => exclusive.has(rule) && rule !== 'chatty');
        // The second piece of evidence of a loop is what it runs over.
        const claimed = told.flatMap(({ rule, evidence }) =>
          (rule === 'n-plus-one' ? evidence.slice(0, 1) : evidence).flatMap(({ queries }) => queries),
        );
        expect(new Set(claimed).size).toBe(claimed.length);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it('give this table of what was found', () => {
    const counts = new Map<string, { planted: number; found: number; missed: number; wrong: number }>();
    const of = (key: string) => {
      const rule = key.split(' ')[0] as string;
      const known = counts.get(rule) ?? { planted: 0, found: 0, missed: 0, wrong: 0 };
      counts.set(rule, known);
      return known;
    };
    for (const { recording, expected } of fc.sample(made, { numRuns: RUNS, seed: 7 })) {
      const told = new Set(toldOf(findVerdicts(recording)));
      for (const key of expected) {
        of(key).planted += 1;
        of(key)[told.has(key) ? 'found' : 'missed'] += 1;
      }
      for (const key of told) if (!expected.includes(key)) of(key).wrong += 1;
    }
    console.table(Object.fromEntries([...counts].sort()));
    expect([...counts.values()].every(({ missed, wrong }) => missed === 0 && wrong === 0)).toBe(true);
  });
});
