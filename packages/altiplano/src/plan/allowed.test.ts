import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ValuesTerm } from '../request/request.ts';
import type { Domain } from '../resource/filter.ts';
import { enumerate, intersect, isEmpty, isEverything } from './allowed.ts';

/** Every value a column of the model can hold: some of the domain, some of none, and null. */
const UNIVERSE = ['a', 'b', 'c', 'x', 'y', null] as const;
type Cell = (typeof UNIVERSE)[number];

const domain: fc.Arbitrary<Domain> = fc.boolean().map((nullable) => ({
  type: 'text',
  values: ['a', 'b', 'c'],
  nullable,
}));

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

const cellsOf = ({ values, nullable }: Domain): readonly Cell[] => [...(values as Cell[]), ...(nullable ? [null] : [])];

describe('value sets against a model of sets', () => {
  test('intersect holds what both hold', () => {
    fc.assert(
      fc.property(term, term, (a, b) => {
        const both = intersect(a, b);
        for (const cell of UNIVERSE) expect(has(both, cell)).toBe(has(a, cell) && has(b, cell));
      }),
    );
  });

  test('enumerate keeps the meaning within the domain and excludes nothing by name', () => {
    fc.assert(
      fc.property(term, domain, (a, known) => {
        const listed = enumerate(a, known);
        expect(listed.complement).toBe(false);
        expect(listed.values.every((value) => known.values.includes(value))).toBe(true);
        for (const cell of cellsOf(known)) expect(has(listed, cell)).toBe(has(a, cell));
        expect(listed.nulls && !known.nullable).toBe(false);
      }),
    );
  });

  test('isEmpty says that no cell is in, and is never wrong about it', () => {
    fc.assert(
      fc.property(term, domain, (a, known) => {
        if (isEmpty(a)) expect(UNIVERSE.some((cell) => has(a, cell))).toBe(false);
        expect(isEmpty(enumerate(a, known))).toBe(!cellsOf(known).some((cell) => has(a, cell)));
      }),
    );
  });

  test('isEverything says that every cell is in', () => {
    fc.assert(
      fc.property(term, domain, (a, known) => {
        const isAll = cellsOf(known).every((cell) => has(a, cell));
        expect(isEverything(enumerate(a, known), known)).toBe(isAll);
        if (isEverything(a, undefined)) expect(UNIVERSE.every((cell) => has(a, cell))).toBe(true);
      }),
    );
  });

  test('the order of terms does not matter', () => {
    fc.assert(
      fc.property(term, term, domain, (a, b, known) => {
        const one = enumerate(intersect(enumerate(a, known), b), known);
        const other = enumerate(intersect(enumerate(b, known), a), known);
        expect([...one.values].sort()).toEqual([...other.values].sort());
        expect(one.nulls).toBe(other.nulls);
      }),
    );
  });
});
