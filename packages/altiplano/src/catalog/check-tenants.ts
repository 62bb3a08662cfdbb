import { type Identity, identityColumns } from '../resource/identity.ts';
import type { Resource } from '../resource/resource.ts';
import { scopeColumn, shownValues } from '../resource/tenants.ts';
import type { NeededIndex } from './check-indexes.ts';

/** Every table and column that a page of tenants and their function name. */
export function tenantColumns(resource: Resource, identity: Identity): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>();
  const use = (table: string, ...columns: readonly string[]) => {
    named.set(table, new Set([...(named.get(table) ?? []), ...columns]));
  };
  const { table, key, order, tenants } = resource;
  use(table, key, ...order.map(({ column }) => column));
  use(identity.table, 'id', ...identityColumns(identity));
  const { membership } = identity;
  if (membership !== undefined) {
    use(membership.table, membership.user, membership.tenant, ...Object.values(tenants?.copies ?? {}));
  }
  for (const value of shownValues(resource)) {
    if (value.kind === 'column') {
      use(table, value.column);
      continue;
    }
    const { source } = value;
    const columns = [source.deleted, scopeColumn(source), value.kind === 'extreme' ? value.column : null];
    use(source.table, source.parent, ...columns.filter((column) => typeof column === 'string'));
  }
  return named;
}

/** The walk over memberships in page order, the tenant's own row, and for each extreme the end of an index. */
export function tenantIndexes(resource: Resource, { membership }: Identity): readonly NeededIndex[] {
  const { table, key, order, tenants } = resource;
  if (membership === undefined) return [];
  const copied = order.map(({ column, direction }) => {
    const copy = column === key ? membership.tenant : (tenants?.copies[column] ?? column);
    return direction === 'desc' ? `${copy} desc` : copy;
  });
  const extremes = shownValues(resource).flatMap((value): readonly NeededIndex[] => {
    if (value.kind !== 'extreme') return [];
    const { source, column } = value;
    const scope = scopeColumn(source);
    const live = source.deleted ?? null;
    const whole = { table: source.table, keys: [source.parent, column], live, equal: 1 };
    return scope === null ? [whole] : [whole, { ...whole, keys: [source.parent, scope, column], equal: 2 }];
  });
  return [
    { table: membership.table, keys: [membership.user, ...copied], live: null },
    { table: membership.table, keys: [membership.user, membership.tenant], live: null },
    { table, keys: [key], live: null },
    ...extremes,
  ];
}
