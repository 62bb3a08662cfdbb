import type { Summary } from '../resource/summary.ts';
import { literal } from '../sql/text.ts';
import { bounding } from './ddl/bound.ts';
import { build } from './ddl/build.ts';
import { figures, figuresSignature } from './ddl/figures.ts';
import { fold } from './ddl/fold.ts';
import { bestSignature, rankedOf, rankingFunctions } from './ddl/ranking.ts';
import { type ColumnTypes, part, type Shape, shapeOf } from './ddl/shape.ts';
import { dropTables, tables } from './ddl/tables.ts';
import { dropTriggers, triggers } from './ddl/triggers.ts';

/** What the registry stores and a declaration is compared with. */
export function summaryDefinitionOf({ name: _, best, ...definition }: Summary): unknown {
  return JSON.parse(JSON.stringify({ ...definition, ...(best === null ? {} : { best }) }));
}

/**
 * The migration that keeps these summaries, to be committed. `types` are those of each table's columns.
 * @throws DECL_ROLLUP_INEXACT, DECL_INVALID
 */
export function summaryMigration(summaries: readonly Summary[], types: Readonly<Record<string, ColumnTypes>>): string {
  const shapes = summaries.map((summary) => shapeOf(summary, types[summary.table] ?? {}));
  return `${HEADER}\n${shapes.map(up).join('\n\n')}\n\n-- Down Migration\n${[...shapes].reverse().map(down).join('\n')}\n`;
}

const HEADER = `-- Summaries: figures kept for each group of a table's rows, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/summary); docs/decisions/0016-summaries.md says how they work.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
`;

function up(shape: Shape): string {
  const { summary } = shape;
  const ranked = rankedOf(shape);
  const groups = summary.groups.map(({ name }) => name).join(', ') || 'all of them together';
  return [
    `-- ${summary.name}: figures over the rows of ${summary.table}, by ${groups}.`,
    tables(shape),
    fold(shape),
    bounding(shape),
    triggers(shape),
    figures(shape),
    ...(ranked ? [rankingFunctions(shape, ranked)] : []),
    build(shape),
    `insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), ${literal(summary.name)}, ${literal(JSON.stringify(summaryDefinitionOf(summary)))});`,
  ].join('\n\n');
}

function down(shape: Shape): string {
  const ranked = rankedOf(shape);
  const signatures: Readonly<Record<string, string>> = {
    build: '',
    figures: figuresSignature(shape),
    ...(ranked ? { best: bestSignature(ranked), roll: '' } : {}),
    bound: '',
    gather: '',
    pending: 'integer',
    fold: `${part(shape, 'key')}[]`,
  };
  return [
    dropTriggers(shape),
    ...Object.entries(signatures).map(([of, signature]) => `drop function ${part(shape, of)}(${signature});`),
    dropTables(shape),
  ].join('\n');
}
