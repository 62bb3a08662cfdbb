import type { KeyRing } from '../encryption/key-ring.ts';
import { seal } from '../encryption/seal.ts';
import { Failure } from '../errors/failure.ts';
import type { Change, Item } from './change.ts';

/**
 * The same change with the values of encrypted members sealed, before any statement is made of it. A row that the database
 * will only number has no key yet: its value is bound to it when it is written again, by a change or by the rotation.
 * @throws ENCRYPTION_UNSET
 */
export function encryptItems(change: Change, keys: KeyRing | null): Change {
  const { resource, tenant, items } = change;
  const members = Object.entries(resource.writes?.members ?? {}).flatMap(([name, member]) =>
    member.kind === 'column' && member.encrypted === true ? [name] : [],
  );
  if (members.length === 0) return change;
  if (keys === null) throw new Failure('ENCRYPTION_UNSET', { values: { table: resource.table } });
  const encrypt = ({ id, values }: Item): Item => {
    const sealed = members.flatMap((column) => {
      const text = JSON.parse(values[column] ?? 'null') as string | null;
      const place = { table: resource.table, column, tenant, row: id?.toLowerCase() ?? null };
      return text === null ? [] : [[column, JSON.stringify(seal(keys, place, text))] as const];
    });
    return { id, values: { ...values, ...Object.fromEntries(sealed) } };
  };
  return Object.freeze({ ...change, items: items.map(encrypt) });
}
