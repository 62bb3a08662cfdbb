import type { Entry } from '../plan/plan.ts';
import { type Scope, table } from './scope.ts';
import { commonTable, name, where } from './text.ts';

/** One row when the caller may enter the tenant; `current` says whether the token's role and attributes still hold. */
export function entryTable(scope: Scope, entry: Entry): string {
  const { caller, membership, roleColumn } = entry;
  const user = scope.parameters.bind(caller.userId, 'uuid');
  const role = scope.parameters.bind(caller.role, 'text');
  const attributes = Object.entries(caller.attributes).map(
    ([column, value]) => `and u.${name(column)} is not distinct from ${scope.parameters.bind(value, 'uuid')}`,
  );
  return commonTable(
    'entry',
    [
      `select ${[`u.${name(roleColumn)} = ${role}`, ...attributes].join(' ')} as current`,
      `from ${table(scope, entry.users)} u`,
      `join ${table(scope, membership.table)} m on m.${name(membership.user)} = u.id`,
      where([`u.id = ${user}`, `m.${name(membership.tenant)} = altiplano.same_tenant(${scope.tenant})`]),
    ].join('\n'),
  );
}

/** True once, before any row is read, or nothing is read. */
export const ENTERED = '(select e.current from entry e)';

export const ENTRY_COLUMNS = [
  '(select count(*) from entry) as allowed',
  `coalesce(${ENTERED}, false) as current`,
] as const;
