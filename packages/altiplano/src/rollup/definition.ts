import type { Rollup } from '../resource/rollup.ts';
import { literal, name } from '../sql/text.ts';
import { bounding } from './ddl/bound.ts';
import { build } from './ddl/build.ts';
import { fold } from './ddl/fold.ts';
import { pending } from './ddl/pending.ts';
import { type ColumnTypes, fitName, isWindow, type Shape, shapeOf, splitName } from './ddl/shape.ts';
import { splits } from './ddl/split.ts';
import { sweep } from './ddl/sweep.ts';
import { dropTables, tables } from './ddl/tables.ts';
import { dropTriggers, triggers } from './ddl/triggers.ts';

/** What the registry stores and a server compares at start: names, measures, conditions and their order. */
export function definitionOf(rollup: Rollup): unknown {
  // What rows are ordered by is registered beside it: whoever does not ask for an order can read the rollup all the same.
  const { name: _, orders: _orders, gone: _gone, ...definition } = rollup;
  return JSON.parse(JSON.stringify(definition));
}

/**
 * The migration that keeps these rollups, to be committed. `types` are those of each child table's columns.
 * @throws DECL_ROLLUP_INEXACT, DECL_INVALID
 */
export function rollupMigration(rollups: readonly Rollup[], types: Readonly<Record<string, ColumnTypes>>): string {
  // Orders come on top, in a migration of their own.
  const shapes = rollups.map((rollup) => shapeOf({ ...rollup, orders: [] }, types[rollup.source.table] ?? {}));
  const up = shapes.map((shape) =>
    [
      `-- ${shape.rollup.name}: figures over the live rows of ${shape.rollup.source.table}, for each ${shape.key[1]}.`,
      tables(shape),
      splits(shape),
      fold(shape),
      bounding(shape),
      triggers(shape),
      pending(shape),
      build(shape),
      sweep(shape),
      `insert into altiplano.rollup (schema_name, name, definition)
values (current_schema(), ${literal(shape.rollup.name)}, ${literal(JSON.stringify(definitionOf(shape.rollup)))});`,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
  const down = shapes.map((shape) =>
    [
      dropTriggers(shape),
      dropFunctions(shape),
      dropTables(shape),
      `delete from altiplano.rollup where schema_name = current_schema() and name = ${literal(shape.rollup.name)};`,
    ].join('\n'),
  );
  return `${HEADER}\n${up.join('\n\n')}\n\n-- Down Migration\n${[...down].reverse().join('\n')}\n`;
}

const HEADER = `-- Rollups: figures kept for each parent, exact in every snapshot. Printed by the declaration (packages/altiplano/src/rollup);
-- docs/decisions/0007-rollups.md says how they work.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
`;

/** Functions in the order that nothing needs what is gone: their arguments are of the tables' types. */
function dropFunctions({ rollup }: Shape): string {
  const signatures = {
    sweep: 'uuid, uuid, integer',
    build: 'uuid, uuid, uuid, uuid',
    pending: 'integer, uuid, uuid',
    bound: 'uuid, uuid',
    gather: 'uuid, uuid',
    fold: 'uuid[], uuid[]',
  };
  const splitting = rollup.figures
    .filter(isWindow)
    .flatMap((figure) => [splitName(rollup, figure), fitName(rollup, figure)])
    .map((one) => `drop function ${name(one)}(uuid, uuid, altiplano.cells);`);
  return [
    ...Object.entries(signatures).map(
      ([of, signature]) => `drop function ${name(`${rollup.name}_${of}`)}(${signature});`,
    ),
    ...splitting,
  ].join('\n');
}
