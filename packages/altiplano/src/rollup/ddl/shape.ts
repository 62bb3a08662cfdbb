import { Failure } from '../../errors/failure.ts';
import type { Condition, Measure } from '../../resource/field.ts';
import type { Figure, Rollup } from '../../resource/rollup.ts';
import { isOneOf } from '../../sql/aggregate.ts';
import { literal, name } from '../../sql/text.ts';

/** Types of the child table's columns as `format_type` prints them. */
export type ColumnTypes = Readonly<Record<string, string>>;

/** A rollup with everything its functions need, by name. */
export interface Shape {
  readonly rollup: Rollup;
  readonly types: ColumnTypes;
  /** Key columns of base and delta tables. */
  readonly key: readonly [tenant: string, parent: string];
  /** Columns of both tables that figures are kept in, in order. */
  readonly columns: readonly FigureColumn[];
}

export interface FigureColumn {
  readonly figure: Figure;
  readonly role: 'sum' | 'since' | 'until' | 'rows' | 'value' | 'month';
  readonly name: string;
  readonly type: string;
}

/** Days that cells are kept beyond their window: instants asked within a day of now, and clocks that differ. */
const SLACK_SECONDS = 3 * 86_400;

/** @throws DECL_ROLLUP_INEXACT a sum that cannot be kept, DECL_INVALID a column or name that cannot be used */
export function shapeOf(rollup: Rollup, types: ColumnTypes): Shape {
  const shape: Shape = {
    rollup,
    types,
    key: [rollup.tenant, rollup.source.parent],
    columns: rollup.figures.flatMap(columnsOf),
  };
  checkShape(shape);
  return shape;
}

function columnsOf(figure: Figure): readonly FigureColumn[] {
  const type = figure.measure.kind === 'count' ? 'bigint' : 'numeric';
  const column = (role: FigureColumn['role'], of: string): FigureColumn => ({
    figure,
    role,
    name: role === 'sum' ? figure.name : `${figure.name}_${role}`,
    type: of,
  });
  switch (figure.time?.kind) {
    case undefined:
      return [column('sum', type)];
    case 'month':
      return [column('month', 'timestamptz[]'), column('value', `${type}[]`)];
    default:
      return [
        column('since', 'timestamptz[]'),
        column('until', 'timestamptz[]'),
        // Where the figure counts every row, it is its own number of rows.
        ...(countsRows(figure) ? [] : [column('rows', 'bigint[]')]),
        column('value', `${type}[]`),
      ];
  }
}

export function countsRows({ measure, where }: Figure): boolean {
  return measure.kind === 'count' && where.length === 0;
}

export function isWindow({ time }: Figure): boolean {
  return time?.kind === 'within';
}

/** What one child row adds to a figure; a sum cannot overflow where the row itself could be stored. */
export function contribution({ types }: Pick<Shape, 'types'>, alias: string, measure: Measure): string {
  const number = (column: string) => {
    const reference = `${alias}.${name(column)}`;
    const type = types[column] ?? '';
    // NaN counts 0; only a numeric without limits can be infinite too.
    if (type.startsWith('numeric(')) return `nullif(${reference}, 'NaN')`;
    if (type === 'numeric') return `altiplano.finite(${reference})`;
    return `${reference}::numeric`;
  };
  switch (measure.kind) {
    case 'count':
      return '1';
    case 'sum':
      return number(measure.column);
    case 'money':
      return measure.factors.map((column) => `coalesce(${number(column)}, 0)`).join(' * ');
  }
}

/** Conditions that hold once and for all. */
export function meets(alias: string, where: readonly Condition[]): string {
  return where
    .map((part) => {
      const column = `${alias}.${name(part.column)}`;
      if (part.kind === 'equals') return `${column} = ${literal(part.value)}`;
      return part.kind === 'in' ? isOneOf(column, part.values) : `${column} is not null`;
    })
    .join(' and ');
}

export function filtered(aggregate: string, condition: string): string {
  return condition === '' ? aggregate : `${aggregate} filter (where ${condition})`;
}

/** Earlier instants are in nobody's window any more. */
export function horizon({ time }: Figure): string {
  const seconds = (time?.kind === 'within' ? time.seconds : 0) + SLACK_SECONDS;
  return `now() - interval '${seconds} seconds'`;
}

/**
 * Where a window's start will be within two hours: kept instant by instant, so that no children have to be counted. The
 * folder comes by more often where there is enough for cells.
 */
export function dawn({ time }: Figure): string {
  const start = `now() - interval '${time?.kind === 'within' ? time.seconds : 0} seconds'`;
  return `tstzrange(${start}, ${start} + interval '2 hours')`;
}

/** An instant as cells hold it: whatever is later than the contract's last year has always just begun. */
export function instant(alias: string, column: string): string {
  return `altiplano.capped(${alias}.${name(column)})`;
}

export function isLive({ rollup }: Shape, alias: string): string {
  return rollup.source.deleted === undefined ? 'true' : `not ${alias}.${name(rollup.source.deleted)}`;
}

export function keyColumns({ key }: Shape, alias?: string): string {
  return key.map((column) => (alias === undefined ? name(column) : `${alias}.${name(column)}`)).join(', ');
}

export function sameKey({ key }: Shape, left: string, right: string): string {
  return key.map((column) => `${left}.${name(column)} = ${right}.${name(column)}`).join(' and ');
}

export function timeColumns({ figures }: Rollup): readonly string[] {
  return [...new Set(figures.flatMap(({ time }) => (time === null ? [] : [time.column])))];
}

export function relevantColumns({ rollup }: Shape): readonly string[] {
  const { tenant, source, figures } = rollup;
  const ofFigure = ({ measure, where, time }: Figure) => [
    ...(measure.kind === 'sum' ? [measure.column] : measure.kind === 'money' ? measure.factors : []),
    ...where.map(({ column }) => column),
    ...(time === null ? [] : [time.column]),
  ];
  return [...new Set([tenant, source.parent, ...figures.flatMap(ofFigure)])];
}

const EXACT = /^(smallint|integer|bigint|numeric(\(.*\))?)$/;

function checkShape({ rollup, types, columns, key }: Shape): void {
  const summed = rollup.figures.flatMap(({ measure }) =>
    measure.kind === 'sum' ? [measure.column] : measure.kind === 'money' ? [...measure.factors] : [],
  );
  const inexact = summed.find((column) => !EXACT.test(types[column] ?? ''));
  if (inexact !== undefined) {
    throw new Failure('DECL_ROLLUP_INEXACT', {
      values: { rollup: rollup.name, column: inexact, type: types[inexact] ?? 'unknown' },
    });
  }
  const names = [...key, 'rows', 'folded', 'writer', 'at', ...columns.map((column) => column.name)];
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  const long = [...names, `${rollup.name}_truncate`, ...rollup.figures.map((one) => splitName(rollup, one))].find(
    (one) => Buffer.byteLength(one) > 63,
  );
  const problem =
    twice !== undefined
      ? `two columns would be called ${twice}`
      : long !== undefined
        ? `the name ${long} is too long for PostgreSQL`
        : null;
  if (problem === null) return;
  throw new Failure('DECL_INVALID', {
    values: { resource: rollup.parent.table, problem: `${rollup.name}: ${problem}`, remedy: 'Give it another name.' },
  });
}

export function fitName(rollup: Rollup, figure: Figure): string {
  return `${rollup.name}_${figure.name}_fit`;
}

export function splitName(rollup: Rollup, figure: Figure): string {
  return isWindow(figure) ? `${rollup.name}_${figure.name}_split` : '';
}

/** Finds the registry's row `r` from inside a function: the schema is the one its own tables are in. */
export function isRegistered({ name: rollup }: Rollup): string {
  const schema = `select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = ${literal(name(rollup))}::regclass`;
  return `r.name = ${literal(rollup)} and r.schema_name = (${schema})`;
}
