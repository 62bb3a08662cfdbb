import { type Catalog, columnType } from '../catalog/catalog.ts';
import type { AggregateField, Field, Source } from '../resource/field.ts';
import { allFields, type Resource } from '../resource/resource.ts';
import { rollupsOf } from '../resource/rollup.ts';
import { linkColumns } from './conditions.ts';
import { freeze } from './freeze.ts';
import type { AggregateGroup, PlannedColumn, PlannedField } from './plan.ts';

export interface PlannedFields {
  readonly fields: readonly PlannedField[];
  readonly aggregates: readonly AggregateGroup[];
}

/** What is shown of a resource: in its lists, or in a detail. */
type Shown = 'list' | 'detail';

const planned = new WeakMap<Catalog, Map<Resource, Partial<Record<Shown, PlannedFields>>>>();

/**
 * Fields with their formats, and all figures over one child table gathered so that its rows are read once. They do not
 * depend on the request, so they are worked out once for each catalog and resource: for its lists, and with what only
 * details show.
 */
export function planFields(resource: Resource, catalog: Catalog, shown: Shown): PlannedFields {
  const kind = Object.keys(resource.detail).length > 0 ? shown : 'list';
  const ofCatalog = planned.get(catalog) ?? new Map<Resource, Partial<Record<Shown, PlannedFields>>>();
  const ofResource = ofCatalog.get(resource) ?? {};
  const fields = kind === 'list' ? resource.fields : allFields(resource);
  const known = ofResource[kind] ?? freeze(workOut(resource, fields, catalog));
  planned.set(catalog, ofCatalog.set(resource, { ...ofResource, [kind]: known }));
  return known;
}

function workOut(resource: Resource, shown: Resource['fields'], catalog: Catalog): PlannedFields {
  const groups = new Map<
    string,
    { group: Omit<AggregateGroup, 'columns'>; columns: AggregateGroup['columns'][number][] }
  >();

  const planColumn =
    (table: string) =>
    (name: string): PlannedColumn => ({
      name,
      format: columnType(catalog, table, name) === 'timestamp with time zone' ? 'instant' : 'plain',
    });

  const rollups = rollupsOf(resource);
  /** One group for each source: the same table may hold children of several parents, or be looked at with its deleted rows. */
  const groupOf = (source: Source) => {
    const key = JSON.stringify([source.table, source.parent, source.deleted, source.rollup]);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const others = [...groups.values()].filter(({ group }) => group.source.table === source.table).length;
    const name = `${source.table}_figures${others === 0 ? '' : `_${others + 1}`}`;
    const rollup = rollups.find((one) => one.name === source.rollup) ?? null;
    const entry = { group: { name, source, rollup }, columns: [] };
    groups.set(key, entry);
    return entry;
  };

  const planAggregate = (name: string, path: readonly string[], field: AggregateField): PlannedField => {
    const { group, columns } = groupOf(field.source);
    // Named by its whole path: two objects may hold figures of one name.
    const column = path.join('_');
    columns.push({ name: column, measure: field.measure, where: field.where });
    return { name, kind: 'aggregate', group: group.name, column };
  };

  const plan = (name: string, field: Field, outer: readonly string[] = []): PlannedField => {
    const path = [...outer, name];
    switch (field.kind) {
      case 'column':
        return { name, kind: 'column', column: planColumn(resource.table)(field.column) };
      case 'encrypted':
        return { name, kind: 'encrypted', column: { name: field.column, format: 'plain' } };
      case 'one':
        return {
          name,
          kind: 'one',
          rows: `${path.join('_')}_rows`,
          table: field.table,
          by: field.by,
          columns: field.fields.map(planColumn(field.table)),
          shared: field.shared === true,
        };
      case 'chosen': {
        const { kind, tag, by, tables, value } = field;
        return { name, kind, tag, by, tables: Object.entries(tables), value };
      }
      case 'names':
        return {
          name,
          kind: 'names',
          rows: `${path.join('_')}_rows`,
          link: field.link,
          table: field.table,
          value: field.value,
          ...linkColumns(resource, field.table),
        };
      case 'first': {
        const { source, order, through = null } = field;
        return {
          name,
          kind: 'first',
          source,
          order,
          through,
          columns: field.fields.map(planColumn(through?.table ?? source.table)),
          single: field.single === true,
          kept: source.rollup === undefined ? null : { group: groupOf(source).group.name, column: path.join('_') },
        };
      }
      case 'children': {
        const { source, order, most } = field;
        const items = Object.entries(field.fields).map(([key, item]) => ({
          name: key,
          column: item.kind === 'column' ? planColumn(source.table)(item.column) : null,
          one:
            item.kind === 'one'
              ? {
                  ...{ table: item.table, by: item.by, shared: item.shared === true },
                  columns: item.fields.map(planColumn(item.table)),
                }
              : null,
        }));
        return { name, kind: 'children', source, order, items, most };
      }
      case 'object':
        return {
          name,
          kind: 'object',
          fields: Object.entries(field.fields).map(([key, inner]) => plan(key, inner, path)),
        };
      case 'aggregate':
        return planAggregate(name, path, field);
    }
  };

  const fields = Object.entries(shown).map(([name, field]) => plan(name, field));
  return { fields, aggregates: [...groups.values()].map(({ group, columns }) => ({ ...group, columns })) };
}
