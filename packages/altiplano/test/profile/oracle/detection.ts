import fc from 'fast-check';
import type { Finding } from '../../../src/profile/finding.ts';
import { fingerprint } from '../../../src/profile/fingerprint/fingerprint.ts';
import type { Recording } from '../../../src/profile/recording.ts';
import { PRODUCTION } from '../../../src/profile/verdict/settings.ts';
import { NOISE } from './noise.ts';
import { type Part, PLANTED } from './planted.ts';
import { recordingOf, type Step } from './trace.ts';

export interface Made {
  readonly parts: readonly Part[];
  readonly recording: Recording;
  readonly expected: readonly string[];
}

/** A request with planted problems among what is none; parts one after the other, or in turns as under `Promise.all`. */
export const made: fc.Arbitrary<Made> = fc
  .tuple(
    fc.array(fc.constantFrom(...PLANTED), { maxLength: 4 }),
    fc.array(fc.constantFrom(...NOISE), { maxLength: 5 }),
    fc.infiniteStream(fc.nat()),
    fc.boolean(),
  )
  .chain(([planted, noise, random, inTurns]) => {
    const makers = shuffled([...planted, ...noise], random);
    const parts = fc.tuple(...makers.map((make, at) => make(`${'abcdefghijklmnop'[at]}_thing`, (at + 1) * 100)));
    return parts.map((made) => madeOf(made, inTurns ? random : null));
  });

function madeOf(parts: readonly Part[], random: fc.Stream<number> | null): Made {
  const recording = recordingOf(random === null ? parts.flatMap(({ steps }) => steps) : inTurns(parts, random));
  const unexplained = parts.reduce((sum, { counted }) => sum + counted, 0);
  const waited = parts.filter(({ name }) => name === 'waits for a connection').length;
  const expected = parts
    .flatMap(({ expects }) => expects)
    .filter(({ rule, time }) => {
      // Waiting is looked at as a whole, and each of the others by itself.
      const milliseconds = (time?.milliseconds ?? 0) * (rule === 'pool-wait' ? waited : 1);
      return time === undefined || milliseconds >= recording.duration * time.share;
    })
    .map(({ rule, fingerprint: about }) => keyOf(rule, about));
  if (unexplained > PRODUCTION.budget) expected.push(keyOf('chatty', null));
  return { parts, recording, expected: [...new Set(expected)].sort() };
}

function inTurns(parts: readonly Part[], random: fc.Stream<number>): readonly Step[] {
  const whole = parts.filter((part) => part.whole).flatMap(({ steps }) => steps);
  const queues = parts.filter((part) => !part.whole).map(({ steps }) => [...steps]);
  const steps: Step[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const left = queues.filter((queue) => queue.length > 0);
    steps.push((left[next(random) % left.length] as Step[]).shift() as Step);
  }
  return [...steps, ...whole];
}

function shuffled<T>(items: readonly T[], random: fc.Stream<number>): T[] {
  return items
    .map((item) => ({ item, order: next(random) }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function next(random: fc.Stream<number>): number {
  return random.next().value as number;
}

/** Of those whose place is a request as a whole, the rule is all there is to compare. */
export function keyOf(rule: string, about: string | null): string {
  return about === null ? rule : `${rule} ${about}`;
}

export function toldOf(findings: readonly Finding[]): readonly string[] {
  const whole = new Set(['chatty', 'pool-wait', 'could-run-together']);
  const keys = findings.map(({ rule, evidence }) =>
    keyOf(rule, whole.has(rule) ? null : fingerprint(evidence[0]?.shape ?? '')),
  );
  return [...new Set(keys)].sort();
}
