import { createHash } from 'node:crypto';
import { lacksScope } from '../../auth/permission.ts';
import { type Catalog, columnType, keyTypeOf } from '../../catalog/catalog.ts';
import { linkColumns, predicates, rowsOf, sortConditions } from '../../plan/conditions.ts';
import { planFields } from '../../plan/fields.ts';
import { freeze } from '../../plan/freeze.ts';
import type { Caller, Target } from '../../plan/plan.ts';
import { entryOf, type Surroundings, targetOf } from '../../plan/plan-request.ts';
import { pathBelow } from '../../resource/path-below.ts';
import { alternativesOf, type Resource } from '../../resource/resource.ts';
import type { Link, States, Writes } from '../../resource/writes.ts';
import type { Change, IdempotencyKey, Item } from '../change.ts';
import type { PlannedLink, PlannedReference, RowValue, WritePlan, WrittenColumn } from './plan.ts';
import { writableOf } from './writable.ts';

/** Change → WritePlan. Pure: what a caller may not do is a condition of the statement, not a refusal here. */
export function planWrite(change: Change, surroundings: Surroundings): WritePlan {
  const { resource, action, bulk, tenant, linked, tags, key } = change;
  const { catalog, caller } = surroundings;
  const writes = resource.writes ?? NOTHING;
  // Where rules for writing are declared, they say it all.
  const own = writes.scopes === null ? ownOf(resource, rowsOf(resource, caller, catalog), caller) : null;
  return freeze({
    action,
    bulk,
    target: withSaid(targetOf(resource, tenant, catalog), resource, caller),
    entry: entryOf(surroundings),
    items: action === 'create' ? change.items.map((item) => owned(signed(item, writes, caller), own)) : change.items,
    conditions: predicates(resource, sortConditions(resource, [], surroundings)),
    own,
    writable: writableOf(resource, writes, action, surroundings),
    states: writes.states.map((states) => ({ ...states, barred: barredStates(states, caller) })),
    ...planMembers(resource, writes, action, surroundings),
    derived: writes.derived,
    linked: linked === null ? null : { ...planLink(resource, catalog, linked.link), id: linked.id },
    touched: writes.touched,
    stamp: writes.stamp,
    numbered: action === 'create' && resource.keyType !== 'uuid',
    tags,
    key: key === null ? null : keyFor(key, caller),
    location: locationOf(change, caller),
    shown: planFields(resource, catalog, 'detail'),
    most: writes.bulk ?? 1,
  });
}

/** What new rows say of their tenant, where two columns do. */
function withSaid(target: Target, { tenant: { parts } }: Resource, { said }: Caller): Target {
  if (parts === undefined || said === undefined) return target;
  const part = (at: 0 | 1, type: 'text' | 'uuid') => ({ column: parts[at], value: said[at], type });
  return { ...target, tenant: { ...target.tenant, said: [part(0, 'text'), part(1, 'uuid')] } };
}

/** A kept reply shows rows as the caller saw them then: whoever sees others by now must not get it. */
export function keyFor(key: IdempotencyKey, { role, attributes }: Caller): IdempotencyKey {
  const said = JSON.stringify([key.fingerprint, role, Object.entries(attributes).sort()]);
  return { ...key, fingerprint: createHash('sha256').update(said).digest('hex') };
}

function locationOf({ resource, action, bulk, tenant }: Change, caller: Caller): WritePlan['location'] {
  if (action !== 'create' || bulk) return null;
  const query = caller.tenant === undefined ? `?${resource.tenant.column}=${tenant}` : '';
  const [before = '', end = ''] = pathBelow(resource.path, ':id/').split(':id');
  return { before, after: `${end}${query}` };
}

function planLink(resource: Resource, catalog: Catalog, { link, target }: Omit<Link, 'path'>): PlannedLink {
  return { link, target, ...linkColumns(resource, target), targetType: keyTypeOf(catalog, target) };
}

const NOTHING: Writes = {
  actions: [],
  bulk: null,
  members: {},
  links: [],
  callers: [],
  scopes: null,
  states: [],
  touched: null,
  stamp: null,
  derived: {},
};

function barredStates({ needs }: States, caller: Caller): readonly string[] {
  return Object.keys(needs).filter((state) => lacksScope(caller, needs[state]) !== null);
}

function planMembers(
  resource: Resource,
  { members, callers }: Writes,
  action: WritePlan['action'],
  { catalog, caller }: Pick<Surroundings, 'catalog' | 'caller'>,
): Pick<WritePlan, 'columns' | 'references' | 'links'> {
  const filled = action === 'create' ? callers : [];
  const columns = filled.map(
    (name): WrittenColumn => ({ name, type: columnType(catalog, resource.table, name), now: false }),
  );
  const references: PlannedReference[] = [];
  const links: WritePlan['links'][number][] = [];
  for (const [name, member] of Object.entries(members)) {
    if (member.kind === 'links') {
      links.push({ member: name, ...planLink(resource, catalog, member) });
      continue;
    }
    const now = member.kind === 'column' && member.fallback === 'now';
    columns.push({ name, type: columnType(catalog, resource.table, name), now });
    if (member.kind === 'column') continue;
    const { table, deleted = null, matching = [], scopes = null } = member;
    references.push({
      column: name,
      table,
      deleted,
      matching,
      scope: rowsOf({ table, key: 'id', scopes }, caller, catalog),
    });
  }
  return { columns, references, links };
}

/** What every row a scoped role writes must have: of several reasons to see a row, that it is the caller's own. */
function ownOf({ scopes }: Resource, rows: readonly RowValue[] | null, { role }: Caller): RowValue | null {
  if (rows === null) return null;
  const scope = scopes?.[role];
  const reasons = scope === undefined || scope === 'all' ? [] : alternativesOf(scope);
  const own = reasons.findIndex((reason) => 'attribute' in reason);
  return rows[Math.max(0, own)] ?? null;
}

/** What a new row has from who makes it. */
function signed(item: Item, { members, callers }: Writes, { userId }: Caller): Item {
  const unsent = Object.entries(members).flatMap(([name, member]) =>
    member.kind === 'reference' && member.fallback === 'caller' && !Object.hasOwn(item.values, name) ? [name] : [],
  );
  const user = JSON.stringify(userId === '' ? null : userId);
  const filled = Object.fromEntries([...callers, ...unsent].map((name) => [name, user]));
  return { ...item, values: { ...item.values, ...filled } };
}

/** What a scoped caller creates is its own unless it says otherwise. */
function owned(item: Item, own: RowValue | null): Item {
  if (own === null || own.values.length > 1 || Object.hasOwn(item.values, own.column)) return item;
  return { ...item, values: { ...item.values, [own.column]: JSON.stringify(own.values[0] ?? null) } };
}
