import fc from 'fast-check';
import type { Population } from './requests.ts';

type Parameter = readonly [string, string];

/** None to two groups of alternatives, with values from the population or near it. */
export function groupsOf(population: Population): fc.Arbitrary<readonly Parameter[]> {
  const group = fc.array(alternativeOf(population), { minLength: 1, maxLength: 4 });
  return fc.array(
    group.map((alternatives): Parameter => ['any', alternatives.join('|')]),
    { maxLength: 2 },
  );
}

function alternativeOf(population: Population): fc.Arbitrary<string> {
  const of = (names: readonly string[], value: fc.Arbitrary<string>) =>
    fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${name}:${text.replace(/[\\|]/g, '\\$&')}`);
  const several = (domain: readonly string[]) =>
    fc.array(fc.constantFrom(...domain), { minLength: 1, maxLength: 3 }).map((list) => list.join(','));
  const boolean = fc.constantFrom('true', 'false');
  return fc.oneof(
    of(['status', 'status__in'], several(['active', 'inactive', 'blocked', 'pending', 'nonsense', ','])),
    of(['quality', 'quality__in'], several(['hot', 'warm', 'cold', 'dead'])),
    of(['call_status', 'call_status__in'], several(['pending', 'calling', 'completed', 'failed'])),
    of(['status__isnull', 'quality__isnull'], boolean),
    of(['carrier', 'carrier__in'], several(['Viettel', 'Mobifone', 'Vinaphone', 'Rare', 'T-Mobile'])),
    of(['labels__id', 'campaign_labels__id__in'], several(population.labels)),
    of(['other_attributes'], fc.constantFrom(...population.attributes, 'city=Atlantis', 'none=', 'score=7')),
    of(['is_test', 'checked'], boolean),
    of(['employee_id'], fc.constantFrom(...population.employees)),
  );
}

const FACETS = ['status', 'quality', 'call_status', 'carrier', 'is_test', 'checked', 'labels'];

/** Facets for every third request or so: the twin reads the list once for each. */
export const facets: fc.Arbitrary<readonly Parameter[]> = fc
  .oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...FACETS), { minLength: 1, maxLength: 3 }) },
  )
  .map((names) => (names.length === 0 ? [] : [['facets', names.join(',')]]));

/** The size of a page, and perhaps where it is: the old way, or just the first one. */
export const pages: fc.Arbitrary<readonly Parameter[]> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(null, 'exact'))
    .map(([size, count]): Parameter[] => [
      ['page_size', String(size)],
      ...(count === null ? [] : [['count', count] as const]),
    ]),
  fc
    .tuple(fc.integer({ min: 1, max: 15 }), fc.oneof(fc.nat(60), fc.nat(3_000), fc.constant(2 ** 53)))
    .map(([limit, offset]): Parameter[] => [
      ['limit', String(limit)],
      ['offset', String(offset)],
    ]),
);

const ORDERS = ['created_at', 'duration', 'name', 'total_calls', 'total_duration_seconds', 'total_cost'];

/** An order for every other request; without one it is the default order. */
export const orders: fc.Arbitrary<readonly Parameter[]> = fc
  .option(fc.tuple(fc.constantFrom(...ORDERS), fc.constantFrom('', '-')))
  .map((order) => (order === null ? [] : [['order', `${order[1]}${order[0]}`]]));
