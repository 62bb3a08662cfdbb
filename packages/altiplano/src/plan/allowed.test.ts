import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ValuesTerm } from '../request/request.ts';
import { intersect, isEmpty, isEverything } from './allowed.ts';

/** Every value a column of the model can hold. */
const UNIVERSE = ['a', 'b', 'c', 'x', 'y', null] as const;
type Cell = (typeof UNIVERSE)[number];

const term: fc.Arbitrary<ValuesTerm> = fc.record({
  kind: fc.constant('values' as const),
  column: fc.constant('column'),
  type: fc.constant('text' as const),
  values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'x', 'y')),
  complement: fc.boolean(),
  nulls: fc.boolean(),
});

/** What a term means, cell by cell. */
function has({ values, complement, nulls }: ValuesTerm, cell: Cell): boolean {
  return cell === null ? nulls : values.includes(cell) !== complement;
}

describe('value sets against a model of sets', () => {
  test('intersect holds what both hold', () => {
    fc.assert(
      fc.property(term, term, (a, b) => {
        const both = intersect(a, b);
        for (const cell of UNIVERSE) expect(has(both, cell)).toBe(has(a, cell) && has(b, cell));
      }),
    );
  });

  test('isEmpty says that no cell is in, isEverything that all are, and neither is ever wrong about it', () => {
    fc.assert(
      fc.property(term, (a) => {
        if (isEmpty(a)) expect(UNIVERSE.some((cell) => has(a, cell))).toBe(false);
        if (isEverything(a)) expect(UNIVERSE.every((cell) => has(a, cell))).toBe(true);
        expect(isEmpty(a)).toBe(![...UNIVERSE, 'z' as const].some((cell) => has(a, cell as Cell)));
      }),
    );
  });

  test('the order of intersecting makes no difference', () => {
    fc.assert(
      fc.property(term, term, (a, b) => {
        const [one, other] = [intersect(a, b), intersect(b, a)];
        expect([...one.values].sort()).toEqual([...other.values].sort());
        expect(one.nulls).toBe(other.nulls);
      }),
    );
  });
});
