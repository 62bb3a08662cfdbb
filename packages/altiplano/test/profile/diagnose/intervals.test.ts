import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intersection, lengthOf, union, without } from '../../../src/profile/diagnose/intervals.ts';

const interval = fc
  .tuple(fc.nat(60), fc.integer({ min: -3, max: 20 }))
  .map(([from, long]) => ({ from, to: from + long }));
const some = fc.array(interval, { maxLength: 12 });

/** The same by counting every instant, which nobody can get wrong. */
const instants = (all: readonly { from: number; to: number }[]) =>
  new Set(all.flatMap(({ from, to }) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)));

test('a union holds every instant once, in order and without touching', () => {
  fc.assert(
    fc.property(some, (all) => {
      const joined = union(all);
      expect(instants(joined)).toEqual(new Set([...instants(all)].sort((a, b) => a - b)));
      expect(lengthOf(all)).toBe(instants(all).size);
      for (const [index, { from }] of joined.slice(1).entries()) expect(from).toBeGreaterThan(joined[index]?.to ?? 0);
    }),
  );
});

test('what lies in both, and in the first alone', () => {
  fc.assert(
    fc.property(some, some, (one, other) => {
      const others = instants(other);
      const both = [...instants(one)].filter((at) => others.has(at));
      const alone = [...instants(one)].filter((at) => !others.has(at));
      expect(lengthOf(intersection(one, other))).toBe(both.length);
      expect(lengthOf(without(one, other))).toBe(alone.length);
      expect(instants(without(one, other))).toEqual(new Set(alone.sort((a, b) => a - b)));
    }),
  );
});
