import { Failure } from '../errors/failure.ts';
import type { Resource } from './resource.ts';
import { writableRows } from './writes.ts';

/**
 * What a new row is judged by must be known before it is written.
 * @throws DECL_INVALID
 */
export function checkWriteScopes({ name, writes }: Resource): void {
  if (writes === null || !writes.actions.includes('create')) return;
  const columns = Object.values(writes.scopes ?? {}).flatMap((scope) =>
    scope === 'all' ? [] : writableRows(scope).map(({ column }) => column),
  );
  const known = [...Object.keys(writes.members), ...writes.callers];
  const unknown = columns.find((column) => !known.includes(column));
  if (unknown === undefined) return;
  const problem = `lets roles write rows by their ${unknown}, which new rows are not given`;
  const remedy = `Make ${unknown} a member, or fill it from the caller with members.caller().`;
  throw new Failure('DECL_INVALID', { values: { resource: name, problem, remedy } });
}
