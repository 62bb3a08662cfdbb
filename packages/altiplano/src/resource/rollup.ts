import type { AggregateField, Average, Condition, Field, FirstField, Measure, Source } from './field.ts';
import { allFields, type Resource } from './resource.ts';

/** One maintained table of figures: a row for each parent, kept exact by deltas. It follows from the fields that name it. */
export interface Rollup {
  /** Its table; `<name>_delta_0` and `<name>_delta_1` hold what is not folded yet. */
  readonly name: string;
  readonly source: Source;
  readonly tenant: string;
  /** Neither parents nor children have such a column. */
  readonly untenanted?: true;
  /** The resource's table and key: what `source.parent` refers to. */
  readonly parent: { readonly table: string; readonly key: string };
  readonly figures: readonly Figure[];
  /** Means of two of them, `<name>_sum` and `<name>_count`. */
  readonly averages?: readonly NamedAverage[];
  /** Figures that rows can be ordered by, by name: the rollup then has a row for every live parent. */
  readonly orders: readonly string[];
  /** Column that marks a parent as deleted, if one does. */
  readonly gone: string | null;
  /** First rows, kept as the JSON a reply shows; good as long as the parent has no unfolded delta. */
  readonly firsts: readonly First[];
}

export interface Figure {
  /** Column, or for arrays the start of their names: the field's path joined by underscores. */
  readonly name: string;
  readonly measure: Measure;
  /** Conditions that a row meets once and for all. */
  readonly where: readonly Condition[];
  /** Which of its rows count depends on the instant asked: kept in cells of time. */
  readonly time: Extract<Condition, { kind: 'within' | 'month' }> | null;
}

export interface NamedAverage {
  readonly name: string;
  readonly measure: Average;
}

/** What rows can be in order of: a figure, or a mean of two. */
export interface Ordered {
  readonly name: string;
  /** The rollup's columns it follows from. */
  readonly parts: readonly string[];
  readonly measure: Measure | Average;
  readonly time: Figure['time'];
  /** The rollup's column that rows are in order of: the figure itself, or what it is shown as, as a whole number. */
  readonly column: string;
}

export interface First {
  readonly name: string;
  readonly order: FirstField['order'];
  readonly fields: FirstField['fields'];
  readonly single?: true;
}

/** The rollups a resource's fields name, in the order they come up. */
export function rollupsOf(resource: Resource): readonly Rollup[] {
  const found = new Map<string, { source: Source; figures: Figure[]; averages: NamedAverage[]; firsts: First[] }>();

  const of = (source: Source) => {
    const entry = found.get(source.rollup ?? '') ?? { source, figures: [], averages: [], firsts: [] };
    if (source.rollup !== undefined) found.set(source.rollup, entry);
    return entry;
  };

  const keep = (entry: ReturnType<typeof of>, name: string, { measure, where }: AggregateField): void => {
    if (measure.kind !== 'average') {
      entry.figures.push(figureOf(name, measure, where));
      return;
    }
    const present: Condition = { kind: 'present', column: measure.column };
    entry.averages.push({ name, measure });
    entry.figures.push(
      figureOf(`${name}_sum`, { kind: 'sum', column: measure.column }, where),
      figureOf(`${name}_count`, { kind: 'count' }, [...where, present]),
    );
  };

  const visit = (field: Field, path: readonly string[]): void => {
    if (field.kind === 'object')
      for (const [name, inner] of Object.entries(field.fields)) visit(inner, [...path, name]);
    if (field.kind === 'aggregate') keep(of(field.source), path.join('_'), field);
    // What lies behind another table changes without this one: only the child's own columns can be kept.
    if (field.kind === 'first' && field.through === undefined)
      of(field.source).firsts.push({
        name: path.join('_'),
        order: field.order,
        fields: field.fields,
        ...(field.single === undefined ? {} : { single: field.single }),
      });
  };

  for (const [name, field] of Object.entries(allFields(resource))) visit(field, [name]);
  const ordered = Object.values(resource.orders).flatMap((one) => (one.kind === 'figure' ? [one.figure] : []));
  return [...found].map(([name, { averages, ...entry }]) => ({
    name,
    tenant: resource.tenant.column,
    ...(resource.tenant.none === true ? { untenanted: resource.tenant.none } : {}),
    parent: { table: resource.table, key: resource.key },
    gone: resource.deleted,
    orders: [...entry.figures, ...averages].map((one) => one.name).filter((one) => ordered.includes(one)),
    ...entry,
    ...(averages.length === 0 ? {} : { averages }),
  }));
}

function figureOf(name: string, measure: Measure, where: readonly Condition[]): Figure {
  const timed = where.filter((part) => part.kind === 'within' || part.kind === 'month');
  return { name, measure, where: where.filter((part) => !timed.includes(part as never)), time: timed[0] ?? null };
}

/** Everything of a rollup that rows could be in order of. */
export function orderablesOf({ figures, averages = [] }: Rollup): readonly Ordered[] {
  const timeOf = (figure: string) => figures.find(({ name }) => name === figure)?.time ?? null;
  return [
    ...figures.map(({ name, measure, time }) => {
      return { name, parts: [name], measure, time, column: measure.kind === 'count' ? name : `${name}_order` };
    }),
    ...averages.map(({ name, measure }) => {
      return { name, parts: partsOf(name), measure, time: timeOf(`${name}_sum`), column: `${name}_order` };
    }),
  ];
}

/** What a mean is kept as. */
export function partsOf(average: string): readonly [sum: string, count: string] {
  return [`${average}_sum`, `${average}_count`];
}
