import { Failure } from '../../errors/failure.ts';
import type { Summary, SummaryFigure } from '../../resource/summary.ts';
import { contribution, meets } from '../../rollup/ddl/shape.ts';
import { literal, name } from '../../sql/text.ts';

export type ColumnTypes = Readonly<Record<string, string>>;

/** A summary with everything its functions need, by name. */
export interface Shape {
  readonly summary: Summary;
  readonly types: ColumnTypes;
  /** What rows of base and delta tables are told apart by: tenants, then groups; where there are neither, one constant. */
  readonly key: readonly KeyColumn[];
}

export interface KeyColumn {
  readonly name: string;
  readonly type: string;
  readonly role: 'tenant' | 'group' | 'whole';
  /** Its value in a row of the table. */
  readonly of: (alias: string) => string;
}

const KEYS = /^(uuid|text|character varying(\(\d+\))?|boolean|smallint|integer|bigint|date)$/;
const EXACT = /^(smallint|integer|bigint|numeric(\(\d+,\d+\))?)$/;

/** @throws DECL_INVALID, DECL_ROLLUP_INEXACT */
export function shapeOf(summary: Summary, types: ColumnTypes): Shape {
  const tenants = summary.tenants.map((column): KeyColumn => keyOf(column, column, types[column] ?? '', 'tenant'));
  const groups = summary.groups.map(({ name: group, column, of }): KeyColumn => {
    if (of === 'value') return keyOf(group, column, types[column] ?? '', 'group');
    if (types[column] !== 'timestamp with time zone')
      refuse(
        summary,
        `groups by the day of ${column}, a ${types[column] ?? 'column there is not'}`,
        'Name a timestamptz.',
      );
    return {
      name: group,
      type: 'date',
      role: 'group',
      of: (alias) => `(${alias}.${name(column)} at time zone 'UTC')::date`,
    };
  });
  const whole: KeyColumn = { name: 'whole', type: 'boolean', role: 'whole', of: () => 'true' };
  const key = [...tenants, ...groups];
  checkTypes(summary, types, key);
  if (summary.best !== null && key.find((column) => column.name === summary.best?.since)?.type !== 'date')
    refuse(summary, `ranks since ${summary.best.since}, which is no day`, 'Name a group of days.');
  return { summary, types, key: key.length === 0 ? [whole] : key };
}

function keyOf(as: string, column: string, type: string, role: KeyColumn['role']): KeyColumn {
  return { name: as, type, role, of: (alias) => `${alias}.${name(column)}` };
}

function checkTypes(summary: Summary, types: ColumnTypes, key: readonly KeyColumn[]): void {
  const odd = key.find(({ type }) => !KEYS.test(type));
  if (odd !== undefined)
    refuse(
      summary,
      `tells rows apart by ${odd.name}, a ${odd.type || 'column there is not'}`,
      'Name a uuid, text, whole number, boolean or day.',
    );
  if (key.some(({ role, type }) => role === 'tenant' && type !== 'uuid'))
    refuse(summary, 'has a tenant that is no uuid', "Name the column by which rows belong to a tenant, or `'none'`.");
  for (const column of summary.figures.flatMap(({ factors }) => factors ?? []))
    if (!EXACT.test(types[column] ?? ''))
      throw new Failure('DECL_ROLLUP_INEXACT', {
        values: { rollup: summary.name, column, type: types[column] ?? 'unknown' },
      });
}

function refuse({ table, name: summary }: Summary, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: table, problem: `${summary} ${problem}`, remedy } });
}

/** One of the summary's objects, quoted. */
export function part({ summary }: Shape, suffix: string): string {
  return name(`${summary.name}_${suffix}`);
}

export function deltaTables(shape: Shape): readonly string[] {
  return [0, 1].map((generation) => part(shape, `delta_${generation}`));
}

export function keys({ key }: Shape, alias?: string): string {
  return key.map((column) => (alias === undefined ? name(column.name) : `${alias}.${name(column.name)}`)).join(', ');
}

export function sameKey({ key }: Shape, one: string, other: string): string {
  return key.map((column) => `${one}.${name(column.name)} = ${other}.${name(column.name)}`).join(' and ');
}

/** Columns of figures in base and delta tables, the number of rows first. */
export function figureColumns({ summary }: Shape): readonly { readonly name: string; readonly type: string }[] {
  return [
    { name: 'rows', type: 'bigint' },
    ...summary.figures.map((figure) => ({ name: figure.name, type: figure.factors === null ? 'bigint' : 'numeric' })),
  ];
}

export function figureNames(shape: Shape): readonly string[] {
  return figureColumns(shape).map((column) => name(column.name));
}

/** Whether the row `alias` counts at all: it is there, it is meant, and it has a value for every group. */
export function counts({ summary, key }: Shape, alias: string): string {
  const { deleted, where } = summary;
  const met = meets(alias, where);
  const conditions = [
    ...(deleted === null ? [] : [`not ${alias}.${name(deleted)}`]),
    ...(met === '' ? [] : [met]),
    ...key.filter(({ role }) => role !== 'whole').map((column) => `${column.of(alias)} is not null`),
  ];
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

/** What the row `alias` adds to a figure. */
export function adds({ types }: Shape, { factors, where }: SummaryFigure, alias: string): string {
  const value =
    factors === null ? '1' : contribution({ types }, alias, { kind: 'money', factors, divisor: 1, decimals: 0 });
  const met = meets(alias, where);
  return met === '' ? value : `case when ${met} then ${value} else 0 end`;
}

/** Digits after the point that a sum can have: as many as a product of its factors. Null: nobody says. */
function scaleOf({ types }: Shape, { factors }: SummaryFigure): number | null {
  let scale = 0;
  for (const column of factors ?? []) {
    const type = types[column] ?? '';
    const [, digits] = /^numeric\(\d+,(\d+)\)$/.exec(type) ?? [];
    if (type === 'numeric') return null;
    scale += Number(digits ?? 0);
  }
  return scale;
}

/** A sum as readers get it: with the decimals its columns have. */
export function shownFigure(shape: Shape, figure: SummaryFigure, sum: string): string {
  if (figure.factors === null) return `${sum}::bigint`;
  const scale = scaleOf(shape, figure);
  return scale === null ? sum : `round(${sum}, ${scale})`;
}

/** Finds the registry's row `r` from inside a function: the schema is the one its own tables are in. */
export function isRegistered({ summary }: Shape): string {
  const schema = `select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = ${literal(name(summary.name))}::regclass`;
  return `r.name = ${literal(summary.name)} and r.schema_name = (${schema})`;
}
