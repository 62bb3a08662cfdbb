import { DAY, type Instant, SECOND } from 'altiplano/sample';

/** One customer of an adversarial workspace, of the two labels `rare` and `common` those it has included. */
export interface Shape {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string;
  readonly carrier: string | null;
  readonly status: string | null;
  readonly quality: string | null;
  readonly callStatus: string | null;
  readonly duration: number;
  readonly isTest: boolean;
  readonly checked: boolean;
  readonly attributes: string;
  readonly deleted: boolean;
  readonly hasEmployee: boolean;
  readonly created: Instant;
  /** Labels by their position in the workspace: 0 is `rare`, 1 is `common`. */
  readonly labels: readonly number[];
}

/** Fixed, so that the fixtures are the same in every run. */
export const ANCHOR: Instant = Date.UTC(2026, 0, 1) * 1000;
export const MANY_LABELS = 3_000;

/** What every filter of the tests looks for. */
const MATCH = {
  name: 'Needle Maker',
  carrier: 'Rare',
  status: 'blocked',
  quality: 'dead',
  callStatus: 'failed',
  duration: 999,
  isTest: true,
  checked: true,
  attributes: '{"city": "Atlantis"}',
  hasEmployee: true,
  labels: [0],
} as const satisfies Partial<Shape>;

/** A customer that no such filter finds; a higher `index` is newer. */
function ordinary(index: number, customers: number): Shape {
  return {
    name: `Customer ${index}`,
    email: `customer.${index}@mail.example`,
    phone: `+49 30 ${100_000 + index}`,
    carrier: index % 2 === 0 ? 'Telekom' : 'Orange',
    status: ['active', 'inactive', 'pending'][index % 3] ?? null,
    quality: ['hot', 'warm', 'cold'][index % 3] ?? null,
    callStatus: ['pending', 'calling', 'completed'][index % 3] ?? null,
    duration: index % 100,
    isTest: false,
    checked: false,
    attributes: `{"city": "Paris", "number": ${index}}`,
    deleted: false,
    hasEmployee: false,
    created: ANCHOR - 400 * DAY + Math.floor((index / customers) * 365 * DAY) + (index % SECOND),
    labels: index % 2 === 0 ? [1] : [],
  };
}

type Distribution = (index: number, customers: number) => Shape;

const everyTenth = (index: number): Partial<Shape> => (index % 10 === 0 ? MATCH : {});

/** A workspace each: where the matching rows lie is what the plans must not depend on. */
export const DISTRIBUTIONS = {
  oldest: (index, customers) => ({ ...ordinary(index, customers), ...(index < customers / 100 ? MATCH : {}) }),
  none: ordinary,
  'one-value': (index, customers) => ({
    ...ordinary(index, customers),
    status: 'active',
    quality: 'hot',
    callStatus: 'pending',
    attributes: '{"city": "Paris"}',
    hasEmployee: true,
    labels: [1],
    ...(index % 1000 === 500 ? MATCH : {}),
  }),
  'same-instant': (index, customers) => ({
    ...ordinary(index, customers),
    ...everyTenth(index),
    created: ANCHOR - 100 * DAY + 123_456,
  }),
  nulls: (index, customers) => ({
    ...ordinary(index, customers),
    email: null,
    carrier: null,
    status: null,
    quality: null,
    callStatus: null,
    attributes: '{}',
    labels: [],
  }),
  labels: (index, customers) => ({
    ...ordinary(index, customers),
    // The newest customer, so that the first page meets it.
    ...(index === customers - 1 ? { labels: Array.from({ length: MANY_LABELS }, (_, label) => label) } : {}),
  }),
  deleted: (index, customers) => ({
    ...ordinary(index, customers),
    ...everyTenth(index),
    deleted: index >= customers / 2,
  }),
  // Every name holds all three-letter pieces of "abcdef", one holds the text; half are common, and none of these is inactive.
  texts: (index, customers) => ({
    ...ordinary(index, customers),
    name: index === 0 ? 'abcdef Needle' : `abcd bcde cdef ${index % 2 === 0 ? 'Common' : 'Other'} ${index}`,
    status: index % 2 === 0 ? 'active' : 'inactive',
    ...(index === 0 ? { carrier: 'Rare', labels: [0] } : {}),
  }),
} as const satisfies Record<string, Distribution>;

export type DistributionName = keyof typeof DISTRIBUTIONS;
