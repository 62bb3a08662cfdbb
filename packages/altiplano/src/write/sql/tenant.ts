import type { Scope } from '../../sql/scope.ts';

/** What a new row says of its tenant: columns and values. Where several columns do, the database makes the key from them. */
export function tenantValues(scope: Scope): readonly (readonly [column: string, value: string])[] {
  const { column, none, said } = scope.target.tenant;
  if (none === true) return [];
  if (said === undefined) return [[column, scope.tenant]];
  return said.map((part) => [part.column, scope.parameters.bind(part.value, part.type)]);
}
