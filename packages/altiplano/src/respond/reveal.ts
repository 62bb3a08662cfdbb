import type { KeyRing } from '../encryption/key-ring.ts';
import { unseal } from '../encryption/seal.ts';
import { Failure } from '../errors/failure.ts';
import type { PlannedColumn, PlannedField, Target } from '../plan/plan.ts';
import { elementSlices, memberSlices } from '../request/slices.ts';

/** What the rows of a reply were planned from. */
export interface Revealed {
  readonly target: Pick<Target, 'table' | 'key' | 'tenant'>;
  readonly fields: readonly PlannedField[];
}

/**
 * The only place where what is encrypted becomes readable: in the objects of a reply, where their fields stand and nowhere
 * else. Everything around them stays as it came, byte by byte.
 * @throws ENCRYPTION_KEY_MISSING, ENCRYPTION_DAMAGED, ENCRYPTION_UNSET
 */
export function reveal(items: string, { target, fields }: Revealed, keys: KeyRing | null): string {
  const encrypted = columnsOf(fields, 'encrypted');
  if (encrypted.length === 0) return items;
  if (keys === null) throw new Failure('ENCRYPTION_UNSET', { values: { table: target.table } });
  const key = columnsOf(fields, 'column').find(({ column }) => column.name === target.key);
  const list = `[${items}]`;
  const shown = elementSlices(list, 0).map(({ start, end }) => {
    const object = list.slice(start, end);
    const members = memberSlices(object, 0);
    const placeOf = (name: string) => members.get(name) ?? { start: 0, end: 0 };
    // As it stands there: a number of more than 15 digits would become another one.
    const own = placeOf(key?.name ?? '');
    const row = object.slice(own.start, own.end).replaceAll('"', '');
    let text = object;
    // From the end on, so that places before it stay where they are.
    for (const { name, column } of [...encrypted].reverse()) {
      const { start: from, end: to } = placeOf(name);
      const value = JSON.parse(object.slice(from, to) || 'null') as string | null;
      if (value === null) continue;
      const place = { table: target.table, column: column.name, tenant: target.tenant.value, row };
      text = text.slice(0, from) + JSON.stringify(unseal(keys, place, value)) + text.slice(to);
    }
    return text;
  });
  return shown.join(',');
}

function columnsOf(
  fields: readonly PlannedField[],
  kind: 'column' | 'encrypted',
): readonly { readonly name: string; readonly column: PlannedColumn }[] {
  return fields.flatMap((field) =>
    (field.kind === 'column' || field.kind === 'encrypted') && field.kind === kind ? [field] : [],
  );
}
