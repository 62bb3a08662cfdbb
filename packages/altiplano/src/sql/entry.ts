import type { Caller, Entry } from '../plan/plan.ts';
import { type Scope, table } from './scope.ts';
import { commonTable, indent, name, where } from './text.ts';

/** One row when the caller may enter the tenant; `current` says whether the token's role and attributes still hold. */
export function entryTable(scope: Scope, entry: Entry): string {
  const { caller, tenancy, idType } = entry;
  if (caller.anybody === true)
    return commonTable('entry', `select altiplano.same_tenant(${scope.tenant}) is not null as current`);
  if (caller.key !== undefined) return keyTable(scope, entry, caller.key);
  if (tenancy.kind === 'chosen') return chosenTable(scope, entry, tenancy);
  const user = scope.parameters.bind(caller.userId, idType);
  const tenant = `altiplano.same_tenant(${scope.tenant})`;
  if (tenancy.kind === 'membership') {
    return commonTable(
      'entry',
      [
        `select ${stillHolds(scope, entry)} as current`,
        `from ${table(scope, entry.users)} u`,
        `join ${table(scope, tenancy.table)} m on m.${name(tenancy.user)} = u.id`,
        where([`u.id = ${user}`, `m.${name(tenancy.tenant)} = ${tenant}`]),
      ].join('\n'),
    );
  }
  // There is no other tenant to be refused: whoever is not who the credential says is to be asked for another one.
  const whose = tenancy.kind === 'none' ? `${tenant} is not null` : `u.${name(tenancy.column)} = ${tenant}`;
  const holds = [`u.id = ${user}`, whose, stillHolds(scope, entry)];
  return commonTable(
    'entry',
    `select exists (\n  select from ${table(scope, entry.users)} u\n${indent(where(holds))}\n) as current`,
  );
}

/** A tenant that headers name: the user has it, and is there what the credential said. Its key is made of the same two values. */
function chosenTable(
  scope: Scope,
  entry: Entry,
  { table: tenancies, user, tenant }: Extract<Entry['tenancy'], { kind: 'chosen' }>,
): string {
  const { caller, users, idType } = entry;
  const [kind, id] = caller.said ?? ['', ''];
  const said = [scope.parameters.bind(kind, 'text'), scope.parameters.bind(id, 'uuid')];
  return commonTable(
    'entry',
    [
      `select ${stillHolds(scope, entry, 'm')} as current`,
      `from ${table(scope, users)} u`,
      `join ${table(scope, tenancies)} m on m.${name(user)} = u.id`,
      where([
        `u.id = ${scope.parameters.bind(caller.userId, idType)}`,
        ...said.map((value, index) => `m.${name(tenant[index] ?? '')} = ${value}`),
        `altiplano.tenant_key(${said.join(', ')}) = altiplano.same_tenant(${scope.tenant})`,
      ]),
    ].join('\n'),
  );
}

/** A key that is good no longer, or for something else, is not who the credential says either. */
function keyTable(scope: Scope, { keys }: Entry, { id, scopes }: NonNullable<Caller['key']>): string {
  if (keys === null) throw new Error('the app has no keys');
  const holds = [
    `k.id = ${scope.parameters.bind(id, keys.idType)}`,
    `k.${name(keys.tenant)} = altiplano.same_tenant(${scope.tenant})`,
    'k.revoked_at is null',
    '(k.expires_at is null or k.expires_at > now())',
    `k.scopes = ${scope.parameters.bind(scopes, 'text[]')}`,
  ];
  const query = `select exists (\n  select from ${table(scope, keys.table)} k\n${indent(where(holds))}\n) as current`;
  return commonTable('entry', query);
}

/** Whether user `u` is who the token said: its role, which `roles` tells, and what row scopes compare with. */
export function stillHolds(scope: Scope, { caller, roleColumn, activeColumn, types }: Entry, roles = 'u'): string {
  const role = scope.parameters.bind(caller.role, 'text');
  const attributes = Object.entries(caller.attributes).map(
    ([column, value]) =>
      `and u.${name(column)} is not distinct from ${scope.parameters.bind(value, types[column] ?? 'uuid')}`,
  );
  const active = activeColumn === null ? [] : [`and u.${name(activeColumn)}`];
  return [`${roles}.${name(roleColumn)} = ${role}`, ...attributes, ...active].join(' ');
}

/** True once, before any row is read, or nothing is read. */
export const ENTERED = '(select e.current from entry e)';

export const ENTRY_COLUMNS = [
  '(select count(*) from entry) as allowed',
  `coalesce(${ENTERED}, false) as current`,
] as const;
