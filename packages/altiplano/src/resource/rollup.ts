import type { AggregateField, Condition, Field, FirstField, Measure, Source } from './field.ts';
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

export interface First {
  readonly name: string;
  readonly order: FirstField['order'];
  readonly fields: FirstField['fields'];
  readonly single?: true;
}

/** The rollups a resource's fields name, in the order they come up. */
export function rollupsOf(resource: Resource): readonly Rollup[] {
  const found = new Map<string, { source: Source; figures: Figure[]; firsts: First[] }>();

  const of = (source: Source) => {
    const entry = found.get(source.rollup ?? '') ?? { source, figures: [], firsts: [] };
    if (source.rollup !== undefined) found.set(source.rollup, entry);
    return entry;
  };

  const visit = (field: Field, path: readonly string[]): void => {
    if (field.kind === 'object')
      for (const [name, inner] of Object.entries(field.fields)) visit(inner, [...path, name]);
    if (field.kind === 'aggregate') of(field.source).figures.push(figureOf(path.join('_'), field));
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
  return [...found].map(([name, entry]) => ({
    name,
    tenant: resource.tenant.column,
    ...(resource.tenant.none === true ? { untenanted: resource.tenant.none } : {}),
    parent: { table: resource.table, key: resource.key },
    gone: resource.deleted,
    orders: entry.figures.map((figure) => figure.name).filter((figure) => ordered.includes(figure)),
    ...entry,
  }));
}

function figureOf(name: string, { measure, where }: AggregateField): Figure {
  const timed = where.filter((part) => part.kind === 'within' || part.kind === 'month');
  return { name, measure, where: where.filter((part) => !timed.includes(part as never)), time: timed[0] ?? null };
}

/** The rollup's column that rows are in order of: the figure itself, or what it is shown as, as a whole number. */
export function orderColumn({ name, measure }: Figure): string {
  return measure.kind === 'count' ? name : `${name}_order`;
}
