import { createHash } from 'node:crypto';
import { type Catalog, columnType } from '../../catalog/catalog.ts';
import { linkColumns, predicates, sortConditions } from '../../plan/conditions.ts';
import { planFields } from '../../plan/fields.ts';
import { freeze } from '../../plan/freeze.ts';
import type { Caller } from '../../plan/plan.ts';
import { entryOf, type Surroundings, targetOf } from '../../plan/plan-request.ts';
import type { Resource, RowScope } from '../../resource/resource.ts';
import type { Writes } from '../../resource/writes.ts';
import type { Change, IdempotencyKey, Item } from '../change.ts';
import type { PlannedReference, RowValue, WritePlan, WrittenColumn } from './plan.ts';

/** Change → WritePlan. Pure: what a caller may not do is a condition of the statement, not a refusal here. */
export function planWrite(change: Change, surroundings: Surroundings): WritePlan {
  const { resource, action, bulk, tenant, linked, tags, key } = change;
  const { catalog, caller } = surroundings;
  const writes = resource.writes ?? NOTHING;
  const own = rowsOf(resource.scopes, resource.key, caller);
  return freeze({
    action,
    bulk,
    target: targetOf(resource, tenant, catalog),
    entry: entryOf(surroundings),
    items: action === 'create' ? change.items.map((item) => owned(item, own)) : change.items,
    conditions: predicates(resource, sortConditions(resource, [], caller)),
    own,
    ...planMembers(resource, writes, catalog, caller),
    derived: writes.derived,
    linked: linked === null ? null : { ...linked.link, ...linkColumns(resource, linked.link.target), id: linked.id },
    touched: writes.touched,
    stamp: writes.stamp,
    tags,
    key: key === null ? null : keyFor(key, caller),
    location: locationOf(change),
    shown: planFields(resource, catalog),
    most: writes.bulk ?? 1,
  });
}

/** A kept reply shows rows as the caller saw them then: whoever sees others by now must not get it. */
function keyFor(key: IdempotencyKey, { role, attributes }: Caller): IdempotencyKey {
  const said = JSON.stringify([key.fingerprint, role, Object.entries(attributes).sort()]);
  return { ...key, fingerprint: createHash('sha256').update(said).digest('hex') };
}

function locationOf({ resource, action, bulk, items, tenant }: Change): string | null {
  if (action !== 'create' || bulk) return null;
  return `${resource.path}${items[0]?.id}/?${resource.tenant.column}=${tenant}`;
}

const NOTHING: Writes = { actions: [], bulk: null, members: {}, links: [], touched: null, stamp: null, derived: {} };

function planMembers(
  resource: Resource,
  { members }: Writes,
  catalog: Catalog,
  caller: Caller,
): Pick<WritePlan, 'columns' | 'references' | 'links'> {
  const columns: WrittenColumn[] = [];
  const references: PlannedReference[] = [];
  const links: WritePlan['links'][number][] = [];
  for (const [name, member] of Object.entries(members)) {
    if (member.kind === 'links') {
      const { link, target } = member;
      links.push({ member: name, link, target, ...linkColumns(resource, target) });
      continue;
    }
    const now = member.kind === 'column' && member.fallback === 'now';
    columns.push({ name, type: columnType(catalog, resource.table, name), now });
    if (member.kind === 'column') continue;
    const { table, deleted = null, matching = [], scopes = null } = member;
    references.push({ column: name, table, deleted, matching, scope: rowsOf(scopes, 'id', caller) });
  }
  return { columns, references, links };
}

/** The one value a scoped role's rows have; null: all rows. A role that is not named has none. */
function rowsOf(scopes: Readonly<Record<string, RowScope>> | null, key: string, caller: Caller): RowValue | null {
  if (scopes === null) return null;
  const scope = Object.hasOwn(scopes, caller.role) ? scopes[caller.role] : undefined;
  if (scope === 'all') return null;
  if (scope === undefined) return { column: key, value: null };
  return { column: scope.column, value: caller.attributes[scope.attribute] ?? null };
}

/** What a scoped caller creates is its own unless it says otherwise. */
function owned(item: Item, own: RowValue | null): Item {
  if (own === null || Object.hasOwn(item.values, own.column)) return item;
  return { ...item, values: { ...item.values, [own.column]: JSON.stringify(own.value) } };
}
