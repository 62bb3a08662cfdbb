import type { Catalog, Index } from '../catalog/catalog.ts';
import type { Resource } from '../resource/resource.ts';
import { isFiltered } from './access.ts';
import type { Conditions } from './conditions.ts';
import type { Access, Lead } from './plan.ts';

/**
 * Rows of one value of one column, asked for in their own order: an index of that column in page order leads to them at the
 * price of a page without filters, however many rows there are and however few of them have the value. What has more
 * conditions, or no such index, bitmaps answer.
 */
export function chooseLed(
  resource: Resource,
  catalog: Catalog,
  conditions: Conditions,
  offset: number | null,
): Access | null {
  const lead = offset === null && !conditions.impossible ? leadOf(conditions) : null;
  if (lead === null || !isIndexed(resource, catalog, lead.column)) return null;
  return { kind: 'walk', isChecked: false, led: lead };
}

/** Texts are left to bitmaps: their order is a collation's. */
function leadOf(conditions: Conditions): Lead | null {
  const { scope, sets } = conditions;
  if (scope.length + sets.length !== 1 || isFiltered({ ...conditions, scope: [], sets: [] })) return null;
  const [only, ...others] = scope[0] ?? sets;
  if (only === undefined || others.length > 0 || only.complement || only.nulls || only.type === 'text') return null;
  const [value, ...more] = only.values;
  return value === undefined || more.length > 0 ? null : { column: only.column, type: only.type, value };
}

function isIndexed(resource: Resource, catalog: Catalog, column: string): boolean {
  return catalog.tables.get(resource.table)?.indexes.some((index) => leads(index, resource, column)) ?? false;
}

/** All its columns in one direction: from where a page ended on, what follows is one comparison of rows. */
function leads({ valid, method, predicate, keys }: Index, resource: Resource, column: string): boolean {
  const { tenant, deleted, order } = resource;
  const rows = predicate === null ? deleted === null : deleted !== null && predicate === `(NOT ${deleted})`;
  if (!valid || method !== 'btree' || !rows || order.some(({ type }) => type === 'text')) return false;
  const own = tenant.none === true ? keys : keys.slice(1);
  if (tenant.none !== true && keys[0]?.replace(/ desc$/, '') !== tenant.column) return false;
  const wanted = [column, ...order.map((one) => one.column)];
  return ['', ' desc'].some((direction) => wanted.every((key, place) => own[place] === `${key}${direction}`));
}
