import type { Bitmap } from '../resource/bitmap.ts';
import { literal, name } from '../sql/text.ts';
import { between, comparedAs } from './ddl/between.ts';
import { makeBins } from './ddl/bins-make.ts';
import { settleBins } from './ddl/bins-settle.ts';
import { bounding } from './ddl/bound.ts';
import { build } from './ddl/build.ts';
import { fold } from './ddl/fold.ts';
import { dropLinkTriggers, linkTriggers } from './ddl/links.ts';
import { pending } from './ddl/pending.ts';
import { piece } from './ddl/piece.ts';
import { type BitmapSizes, type ColumnTypes, part, type Shape, SIZES, shapeOf, typeOf } from './ddl/shape.ts';
import { dropTables, tables } from './ddl/tables.ts';
import { tailReader } from './ddl/tail.ts';
import { dropTriggers, triggers } from './ddl/triggers.ts';
import { dropTruncate, truncate } from './ddl/truncate.ts';

export type { BitmapSizes, ColumnTypes } from './ddl/shape.ts';
export { SIZES } from './ddl/shape.ts';

/** What the registry stores and a server compares at start: columns, links and their order. */
export function bitmapDefinitionOf(bitmap: Bitmap): unknown {
  const { name: _, ...definition } = bitmap;
  return JSON.parse(JSON.stringify(definition));
}

/**
 * The migration that keeps these bitmaps, to be committed. `types` are those of each table's columns.
 * @throws DECL_INVALID
 */
export function bitmapMigration(
  bitmaps: readonly Bitmap[],
  types: Readonly<Record<string, ColumnTypes>>,
  sizes: BitmapSizes = SIZES,
): string {
  const shapes = bitmaps.map((bitmap) => shapeOf(bitmap, types[bitmap.table] ?? {}, sizes));
  const up = shapes.map((shape) =>
    [
      `-- ${shape.bitmap.name}: which rows of ${shape.bitmap.table} have which term.`,
      tables(shape),
      ...shape.bitmap.ranges.flatMap((column) => [
        between(shape, column),
        makeBins(shape, column),
        settleBins(shape, column),
      ]),
      tailReader(shape),
      piece(shape),
      build(shape),
      fold(shape),
      pending(shape),
      bounding(shape),
      triggers(shape),
      linkTriggers(shape),
      truncate(shape),
      `insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), ${literal(shape.bitmap.name)}, ${literal(JSON.stringify(bitmapDefinitionOf(shape.bitmap)))});`,
    ]
      .filter((text) => text !== '')
      .join('\n\n'),
  );
  const down = shapes.map((shape) =>
    [
      dropTruncate(shape),
      dropLinkTriggers(shape),
      dropTriggers(shape),
      dropFunctions(shape),
      dropTables(shape),
      `delete from altiplano.bitmap where schema_name = current_schema() and name = ${literal(shape.bitmap.name)};`,
    ]
      .filter((text) => text !== '')
      .join('\n'),
  );
  return `${HEADER}\n${up.join('\n\n')}\n\n-- Down Migration\n${[...down].reverse().join('\n')}\n`;
}

const HEADER = `-- Bitmaps: the rows that have a term as bits in page order, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/bitmap).
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
`;

/** Functions in the order that nothing needs what is gone: their arguments and variables are of the tables' types. */
function dropFunctions(shape: Shape): string {
  const { bitmap, types, atType, idType } = shape;
  const signatures = {
    bound: 'uuid',
    unfolded: 'uuid, xid8, xid8[]',
    pending: 'integer',
    fold: 'uuid',
    settle: `uuid, ${part(shape, 'entry')}[], pg_snapshot`,
    newcomers: `uuid, ${part(shape, 'entry')}[]`,
    merge: 'uuid',
    rebuild: 'uuid, bigint',
    renumber: 'uuid, bigint',
    replace: 'uuid, bigint[]',
    build: 'uuid',
    unwritten: 'uuid',
    piece: `uuid, bigint, ${atType}, ${idType}, ${atType}, ${idType}, integer`,
    ...Object.fromEntries(
      bitmap.ranges.flatMap((column) => {
        const [type, compared] = [typeOf(types, column), comparedAs(shape, column)];
        return [
          [`${column}_between`, `uuid, ${compared}, boolean, ${compared}, boolean`],
          [`${column}_make`, `uuid, bigint, integer, boolean, ${type}[], integer[]`],
          [`${column}_settle`, `uuid, bigint, integer, boolean, ${type}[], integer[], ${type}[], integer[]`],
        ];
      }),
    ),
  };
  return [
    ...Object.entries(signatures).map(([of, signature]) => `drop function ${part(shape, of)}(${signature});`),
    `drop type ${name(`${bitmap.name}_entry`)};`,
  ].join('\n');
}
