import type { AggregateGroup } from '../plan/plan.ts';
import type { Measure } from '../resource/field.ts';
import type { Figure, Rollup } from '../resource/rollup.ts';
import { computedFigures } from '../sql/aggregate.ts';
import { Parameters } from '../sql/parameters.ts';
import { keptFigures } from '../sql/rollup.ts';
import type { Scope } from '../sql/scope.ts';
import { indent, name } from '../sql/text.ts';
import { firstChild } from './ddl/first.ts';
import { type ColumnTypes, shapeOf } from './ddl/shape.ts';
import { cellsName, comparedCells } from './verify-cells.ts';
import { placedFigures, placedNames } from './verify-orders.ts';

/** Money is compared to a millionth, not to a cent: half a cent that is lost would show at some later change. */
const DECIMALS = 6;

/** What is compared, in the order of the statement's columns. */
export function comparedNames(rollup: Rollup): readonly string[] {
  const { figures, firsts } = rollup;
  return [
    ...['rows', ...figures.map((figure) => figure.name), ...firsts.map((first) => first.name)],
    ...placedNames(rollup).map(({ column }) => column),
  ];
}

/**
 * What a reader is shown beside what the children say, for the parents in `$1` (tenants) and `$2` (keys) whose figures
 * differ: `tenant`, `parent`, and `kept`, `counted` as arrays of text. The schema has to be on the search path.
 */
export function comparison(schema: string, declared: Rollup, types: ColumnTypes): string {
  const rollup = precise(declared);
  const scope = scopeOf(schema, rollup);
  const pairs = [...figurePairs(rollup), ...firstPairs(rollup, types), ...placedPairs(rollup)];
  return `select p.${name(rollup.tenant)} as tenant, p.${name(rollup.parent.key)} as parent,
  array[${pairs.map(({ kept }) => `(${kept})::text`).join(', ')}] as kept,
  array[
${indent(pairs.map(({ counted }) => `(${counted})::text`).join(',\n'), 4)}
  ] as counted
from (
  select k.tenant as ${name(rollup.tenant)}, k.parent as ${name(rollup.parent.key)}, k.parent as ${name(rollup.source.parent)}
  from unnest($1::uuid[], $2::uuid[]) k (tenant, parent)
) p
${keptFigures(scope, groupOf(rollup, 'kept'), rollup)}
${computedFigures(scope, groupOf(rollup, 'counted'))}
${comparedCells(shapeOf(rollup, types))}
${placedFigures(declared, types)}
where ${pairs.map(({ differ }) => differ).join('\n  or ')}
order by 1, 2`;
}

interface Pair {
  readonly kept: string;
  readonly counted: string;
  readonly differ: string;
}

/** As numbers: 0 and 0.0000 are one figure. */
function figurePairs(rollup: Rollup): readonly Pair[] {
  return [pairOf('rows'), ...rollup.figures.map(timedPair)];
}

function pairOf(figure: string): Pair {
  const [kept, counted] = [`kept.${name(figure)}`, `counted.${name(figure)}`];
  return { kept, counted, differ: `${kept} is distinct from ${counted}` };
}

/** Right now, and yet kept in a cell that will be wrong at another time: then that cell is told. */
function timedPair(figure: Figure): Pair {
  const now = pairOf(figure.name);
  if (figure.time === null) return now;
  const cells = cellsName(figure);
  const told = (value: string, cell: string) => `case when ${now.differ} then ${value}::text else ${cells}.${cell} end`;
  return {
    kept: told(now.kept, 'kept'),
    counted: told(now.counted, 'counted'),
    differ: `${now.differ} or ${cells}.kept is not null`,
  };
}

/** What follows from a figure that is wrong is not told beside it. */
function placedPairs(rollup: Rollup): readonly Pair[] {
  return placedNames(rollup).map(({ column, parts }) => {
    const [placed, counted] = [`placed.${name(column)}`, `placed.${name(`${column}_now`)}`];
    const same = parts.map((part) => `kept.${name(part)} is not distinct from counted.${name(part)}`);
    const isRight = same.length === 0 ? 'true' : same.join(' and ');
    const kept = `case when ${isRight} then ${placed} else ${counted} end`;
    return { kept, counted, differ: `${kept} is distinct from ${counted}` };
  });
}

/** As texts, since a reply shows them as they are; while a delta waits nobody reads what is kept. */
function firstPairs(rollup: Rollup, types: ColumnTypes): readonly Pair[] {
  return rollup.firsts.map((first) => {
    const counted = firstChild(shapeOf(rollup, types), first, 'p');
    const kept = `kept.${name(first.name)}`;
    return { kept, counted, differ: `kept.unfolded = 0 and ${kept}::text is distinct from ${counted}::text` };
  });
}

function groupOf(rollup: Rollup, label: 'kept' | 'counted'): AggregateGroup {
  const columns = rollup.figures.map(({ name: figure, measure, where, time }) => ({
    name: figure,
    measure,
    where: time === null ? where : [...where, time],
  }));
  const rows = { name: 'rows', measure: { kind: 'count' }, where: [] } as const;
  return { name: label, source: rollup.source, rollup, columns: label === 'kept' ? columns : [rows, ...columns] };
}

function precise(rollup: Rollup): Rollup {
  const measureOf = (measure: Measure): Measure =>
    measure.kind === 'money' ? { ...measure, decimals: DECIMALS } : measure;
  return { ...rollup, figures: rollup.figures.map((figure) => ({ ...figure, measure: measureOf(figure.measure) })) };
}

/** A statement over many tenants: the tenant is each parent's own. */
function scopeOf(schema: string, { tenant, untenanted, parent }: Rollup): Scope {
  return {
    target: {
      resource: parent.table,
      schema,
      table: parent.table,
      key: parent.key,
      keyType: 'uuid',
      deleted: null,
      tenant: { column: tenant, value: '', ...(untenanted === true ? { none: untenanted } : {}) },
      order: [],
    },
    parameters: new Parameters(),
    tenant: `p.${name(tenant)}`,
    instant: 'now()',
    backward: false,
    position: null,
    positionValues: [],
    window: [],
    carried: null,
  };
}
