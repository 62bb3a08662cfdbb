import fc from 'fast-check';
import { literal } from '../../../src/sql/text.ts';

/** Where rows stand in a shape: the type of `made_at`, which orders them, its direction, and the type of their key. */
export interface Place {
  readonly at: 'timestamptz' | 'text' | 'varchar(2000)' | 'text collate "POSIX"';
  readonly direction: 'asc' | 'desc';
  readonly key: 'uuid' | 'bigint';
  /** Whether `gone` marks a row as deleted, or is a column like any other. */
  readonly marked: boolean;
  /** Without the ends of time: no cursor can name them. */
  readonly finite: boolean;
}

export const NEWEST_FIRST: Place = { at: 'timestamptz', direction: 'desc', key: 'uuid', marked: true, finite: false };

export const anyPlace = (finite: boolean): fc.Arbitrary<Place> =>
  fc.oneof(
    { arbitrary: fc.constant({ ...NEWEST_FIRST, finite }), weight: 2 },
    {
      arbitrary: fc.record({
        at: fc.constantFrom('timestamptz', 'text', 'text', 'varchar(2000)', 'text collate "POSIX"'),
        direction: fc.constantFrom('asc', 'desc'),
        key: fc.constantFrom('uuid', 'bigint'),
        marked: fc.boolean(),
        finite: fc.constant(finite),
      }),
      weight: 3,
    },
  );

export const isText = ({ at }: Place): boolean => at !== 'timestamptz';

/** Whether the row `t` is there at all. */
export const isThere = ({ marked }: Place): string => (marked ? 'not t.gone' : 'true');

/** The order column of a row of the source, as statements of the twin compare it. */
export const atOf = (place: Place, alias: string): string => `${alias}.made_at${isText(place) ? ' collate "C"' : ''}`;

export const inOrder = (place: Place, alias: string): string =>
  `${atOf(place, alias)} ${place.direction}, ${alias}.id ${place.direction}`;

export const beginning = (place: Place): string =>
  `(${isText(place) ? "''" : "'-infinity'"}, ${place.key === 'uuid' ? "'00000000-0000-0000-0000-000000000000'" : "'-9223372036854775808'"})`;

const IDS = 14;
const UUIDS = Array.from(
  { length: IDS },
  (_, n) => `00000000-0000-4000-8000-cccc000000${String(n + 10).padStart(2, '0')}`,
);
/** The least there is, and others around nought. */
const NUMBERS = ['-9223372036854775808', ...Array.from({ length: IDS - 1 }, (_, n) => String(n - 3))];

export const idsOf = ({ key }: Place): readonly string[] => (key === 'uuid' ? UUIDS : NUMBERS);

export const idArray = ({ key }: Place, ids: readonly string[]): string => `'{${ids.join(',')}}'::${key}[]`;

/** A key made of a text. */
export const madeId = ({ key }: Place, text: string): string =>
  key === 'uuid' ? `md5(${text})::uuid` : `hashtext(${text})::bigint`;

/** As a reply has it once it was read as JSON. */
export const shownId = ({ key }: Place, id: unknown): string => (key === 'uuid' ? String(id) : String(Number(id)));

const MINUTE = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const time = (minutes: number, micros = 0) =>
  `${new Date(START + minutes * MINUTE).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
/** Ties, neighbours a microsecond apart, long ago, to come. */
const INSTANTS = [
  time(0),
  time(0),
  time(0, 1),
  time(1),
  time(7),
  time(-30),
  time(-500_000),
  time(90),
  '9999-12-31T23:59:59Z',
];
/** Ties, what only differs in case or accent, prefixes, what other collations pass over, and a long one. */
const NAMES = ['Ann', 'Ann', 'ann', 'Ann ', 'Än', '', 'a-n', "O'Hara", '\u0001', 'Ω', '\u{1F600}', 'Ann'.repeat(300)];

export const positionsOf = (place: Place): readonly string[] => (isText(place) ? NAMES : INSTANTS);
/** The ends of time and of the alphabet. */
export function endsOf(place: Place): readonly string[] {
  if (isText(place)) return ['\u{10FFFF}', '\u{10FFFF}\u{10FFFF}'];
  return place.finite ? positionsOf(place) : ['infinity', '-infinity'];
}

/** Places of the rows `n` = 1, 2 … that one statement brings. */
export const seriesOf = (place: Place): readonly ((from: string) => string)[] =>
  isText(place)
    ? ["''", 'n::text', "lpad(n::text, 4, '0')", 'chr(64 + n % 60)', "repeat('n', n % 40)"].map(
        (end) => (from) => `${literal(from)} || ${end}`,
      )
    : ['0', '1 microsecond', '1 minute', '-1 minute', '1 day'].map(
        (gap) => (from) => `timestamptz '${from}' + n * interval '${gap}'`,
      );

/** Expressions that a row is moved to. */
export const movesOf = (place: Place): readonly string[] =>
  isText(place)
    ? ["made_at || 'z'", 'left(made_at, 1)', 'upper(made_at)', "'x' || made_at"].map((one) => `left(${one}, 900)`)
    : ['1 microsecond', '-7 minutes', '400 days'].map((by) => `made_at + interval '${by}'`);
