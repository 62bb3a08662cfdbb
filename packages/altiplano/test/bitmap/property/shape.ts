import fc from 'fast-check';
import type { BitmapSizes } from '../../../src/bitmap/definition.ts';
import { anyPlace, type Place } from './place.ts';

export const TENANTS = [1, 2].map((number) => `00000000-0000-4000-8000-aaaa0000000${number}`);
/** Of the first tenant four, of the second two. */
export const TARGETS = [1, 2, 3, 4, 5, 6].map((number) => `00000000-0000-4000-8000-bbbb0000000${number}`);
const OWNERS = [1, 2, 3].map((number) => `00000000-0000-4000-8000-dddd0000000${number}`);

/** A column of the source table and the values rows of a history may have there; null is one of them where it may be. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'varchar(300)' | 'uuid' | 'boolean' | 'float8' | 'integer' | 'date' | 'jsonb';
  readonly pool: readonly (string | null)[];
}

export interface Link {
  readonly table: string;
  readonly target: string;
  readonly onDelete: 'cascade' | 'no action';
}

/** A random schema: one source table `item` of tenants, and what of it is in bitmaps. */
export interface Shape {
  readonly place: Place;
  readonly values: readonly Column[];
  readonly ranges: readonly Column[];
  readonly attributes: readonly Column[];
  readonly searched: readonly Column[];
  readonly links: readonly Link[];
  readonly sizes: BitmapSizes;
}

/** As long as a term may be, one byte longer, and what looks like something else. */
const TEXTS = ['', 'a', 'A', 'b', 'é', 'a=b', "it's", '\\', 'x'.repeat(395), 'x'.repeat(440), 'É'.repeat(220), '#a'];
const FOUND = ['Needle', 'NEEDLES', 'aaaa', 'ΣΣΣ σς', 'straße', 'É té', '', 'ab', '%_%', '\\abc', '😀😀😀', 'ned leen'];
const FLOATS = ['0', '-0', '1', '1.5', '-3', '1e300', 'Infinity', '-Infinity', 'NaN', '7', '7.000000000000001'];
const DAYS = ['2026-02-28', '2026-03-01', '2026-03-01', '0001-01-01', '9999-12-31', 'infinity', '-infinity'];
const INTEGERS = ['0', '1', '2', '-5', '2147483647', '-2147483648', '7'];
/** Equal as numbers and not as texts, nested, null, under strange keys, no object at all. */
const OBJECTS = [
  '{}',
  '{"a": 1}',
  '{"a": 1.0}',
  '{"a": "1", "b": 1}',
  '{"a": null, "b": {"c": [1, 2]}}',
  '{"a=b": "c", "a": "b=c"}',
  '{"": "", "é": "É", "1.a": "1"}',
  `{"long": "${'y'.repeat(450)}"}`,
  '[1, 2]',
  '["a", "b"]',
  '"a"',
  'null',
];

const pool = (values: readonly string[], nullable: boolean): Column['pool'] => (nullable ? [...values, null] : values);
const column = (name: string, type: Column['type'], values: readonly string[]): fc.Arbitrary<Column> =>
  fc.boolean().map((nullable) => ({ name, type, pool: pool(values, nullable) }));

/** Names that need quotes are among them. */
const values = fc
  .tuple(
    column('kind', 'text', TEXTS),
    column('Colour', 'varchar(300)', ['red', 'green', 'blue', 'Red']),
    column('group', 'text', ['only']),
    column('owner_id', 'uuid', OWNERS),
    column('flag', 'boolean', ['true', 'false']),
    column('checked', 'boolean', ['true', 'false']),
  )
  .chain((all) => fc.subarray([...all], { minLength: 1 }));
const ranges = fc
  .tuple(column('weight', 'float8', FLOATS), column('pieces', 'integer', INTEGERS), column('due', 'date', DAYS))
  .chain((all) => fc.subarray([...all]));
const attributes = column('data', 'jsonb', OBJECTS).chain((one) => fc.subarray([one]));
const searched = fc
  .tuple(column('title', 'text', FOUND), column('Note', 'varchar(300)', FOUND))
  .chain((all) => fc.subarray([...all]));
const onDelete = fc.constantFrom('cascade' as const, 'no action' as const);
const links = fc
  .tuple(
    fc.record({ table: fc.constant('tagging'), target: fc.constant('tag'), onDelete }),
    fc.record({ table: fc.constant('liking'), target: fc.constant('reader'), onDelete }),
  )
  .chain((all) => fc.subarray([...all]));

type Widths = Pick<BitmapSizes, 'small' | 'big' | 'block' | 'fill'>;

/** So small that a few dozen rows fill segments, split them and merge them, and a few changes are too many to patch in. */
const sizesOf = (widths: fc.Arbitrary<Widths>): fc.Arbitrary<BitmapSizes> =>
  fc
    .record({
      widths,
      smalls: fc.constantFrom(1, 2, 7),
      bin: fc.constantFrom(3, 10),
      patched: fc.constantFrom(0, 5, 1_000),
      unfolded: fc.constantFrom(4, 40, 1_000),
    })
    .map(({ widths: chosen, ...rest }) => ({ ...chosen, ...rest }));

const shapeOf = (sizes: fc.Arbitrary<BitmapSizes>, finite = false): fc.Arbitrary<Shape> =>
  fc.record({ place: anyPlace(finite), values, ranges, attributes, searched, links, sizes });

export const anyShape = shapeOf(
  sizesOf(
    fc.constantFrom(
      { small: 64, big: 256, block: 8, fill: 7 },
      { small: 64, big: 128, block: 8, fill: 8 },
      { small: 32, big: 256, block: 4, fill: 3 },
    ),
  ),
);

/** Readers know blocks of 64: they are filled thinly instead, so that segments are full as soon. */
export const anyReadable = shapeOf(
  sizesOf(
    fc.constantFrom(
      { small: 128, big: 512, block: 64, fill: 5 },
      { small: 128, big: 256, block: 64, fill: 64 },
      { small: 192, big: 1_024, block: 64, fill: 3 },
    ),
  ),
  true,
);

export const columnsOf = ({ values: plain, ranges: compared, attributes: objects, searched: texts }: Shape) => [
  ...plain,
  ...compared,
  ...objects,
  ...texts,
];
