import { Failure } from '../errors/failure.ts';
import type { Rollup } from '../resource/rollup.ts';
import { literal, name } from '../sql/text.ts';
import { gather } from './ddl/bound.ts';
import { build } from './ddl/build.ts';
import { catchingUp, dropCatchUp } from './ddl/catch-up.ts';
import { fold } from './ddl/fold.ts';
import { emptyOrder, orderColumns, orderedFigures } from './ddl/order-columns.ts';
import { dropParentTriggers, parentTriggers } from './ddl/parents.ts';
import { type ColumnTypes, keyColumns, type Shape, shapeOf } from './ddl/shape.ts';
import { sweep } from './ddl/sweep.ts';
import { statementFunctions, truncateFunction } from './ddl/triggers.ts';

/**
 * The migration that lets rows be ordered by figures of these rollups, on top of the one that made them; the indexes that
 * lead to them are created beside it. Until `rollup build` has been through, not every parent has its row.
 * @throws DECL_INVALID
 */
export function rollupOrdersMigration(
  rollups: readonly Rollup[],
  types: Readonly<Record<string, ColumnTypes>>,
): string {
  const shapes = rollups
    .filter(({ orders }) => orders.length > 0)
    .map((rollup) => shapeOf(rollup, types[rollup.source.table] ?? {}));
  for (const shape of shapes) checkWhole(shape);
  return `${HEADER}
${shapes.map(up).join('\n\n')}

-- Down Migration
${[...shapes].reverse().map(down).join('\n\n')}
`;
}

const HEADER = `-- Rows of a rollup for every live parent, in order of its figures. Printed by the declaration
-- (packages/altiplano/src/rollup/orders.ts); docs/decisions/0010-orders.md says how they work.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
`;

function up(shape: Shape): string {
  const { rollup } = shape;
  const added = [
    'live bigint not null default 0',
    ...orderColumns(shape).map((one) => `${name(one.column)} bigint not null default ${emptyOrder(one)}`),
  ];
  const names = orderedFigures(shape).map((figure) => figure.name);
  return `-- ${rollup.name}: in order of ${names.join(', ')}; \`live\` is 1 while the parent is there and not deleted.
alter table ${name(rollup.name)}
  ${added.map((column) => `add column ${column}`).join(',\n  ')};
alter table ${name(`${rollup.name}_delta`)} add column live bigint not null default 0;
-- What of a tenant is not folded yet.
create index on ${name(`${rollup.name}_delta`)} (${name(rollup.tenant)}, writer);

${catchingUp(shape)}

${replaced(shape)}

${parentTriggers(shape)}

update altiplano.rollup set orders = ${arrayOf(names)}, ranked = false
where schema_name = current_schema() and name = ${literal(rollup.name)};`;
}

function down(shape: Shape): string {
  const { rollup } = shape;
  const added = ['live', ...orderColumns(shape).map(({ column }) => column)];
  return `select set_config('search_path', format('%I, pg_temp', current_schema()), true);
${dropParentTriggers(shape)}
${replaced({ ...shape, rollup: { ...rollup, orders: [] } })}
${dropCatchUp(shape)}
alter table ${name(`${rollup.name}_delta`)} drop column live;
alter table ${name(rollup.name)} ${added.map((column) => `drop column ${name(column)}`).join(', ')};
drop index ${name(`${rollup.name}_delta_${keyColumns(shape).split(', ')[0]}_writer_idx`)};
update altiplano.rollup set orders = '{}', ranked = false
where schema_name = current_schema() and name = ${literal(rollup.name)};`;
}

/** Functions that know of the columns added. */
function replaced(shape: Shape): string {
  return [fold(shape), gather(shape), build(shape), sweep(shape), ...statementFunctions(shape), truncateFunction(shape)]
    .join('\n\n')
    .replaceAll(/^create function/gm, 'create or replace function');
}

function arrayOf(texts: readonly string[]): string {
  return `array[${texts.map(literal).join(', ')}]`;
}

function checkWhole(shape: Shape): void {
  const sum = orderedFigures(shape).find(
    ({ measure }) => measure.kind === 'sum' && !/^(smallint|integer|bigint)$/.test(shape.types[measure.column] ?? ''),
  );
  if (sum === undefined) return;
  throw new Failure('DECL_INVALID', {
    values: {
      resource: shape.rollup.parent.table,
      problem: `orders by ${sum.name}, whose sum has decimals`,
      remedy: 'Order by a sum of whole numbers, a count, or money: its decimals are known.',
    },
  });
}
