import { Failure } from '../../errors/failure.ts';
import { isMessage, READERS } from '../../request/values.ts';
import type { WriteCall } from '../call.ts';
import type { RawObject } from './body.ts';
import { MISSING } from './members.ts';

/**
 * The tenant a change is for: in the query, in the body, or in each item of it. Wherever it is said it must be the same.
 * @throws REQ_INVALID the only refusal that comes before membership is known
 */
export function readTenant(
  column: string,
  { query, route }: WriteCall,
  object: RawObject,
  items: readonly (RawObject | null)[],
): string {
  const asked = query.getAll(column).at(-1);
  const around = [asked === undefined ? undefined : JSON.stringify(asked), object.get(column)];
  const within = items.map((item) => item?.get(column));
  const isNeeded = route.action === 'create' && around.every((raw) => raw === undefined);
  let tenant: string | null = null;
  for (const [index, raw] of [...around, ...within].entries()) {
    const place = index < around.length ? column : `items.${index - around.length}.${column}`;
    if (raw === undefined) {
      if (isNeeded && index >= around.length) throw refusal(place, MISSING);
      continue;
    }
    const value: unknown = JSON.parse(raw);
    const reading = READERS.uuid(typeof value === 'string' ? value : '');
    if (isMessage(reading)) throw refusal(place, reading.message);
    if (tenant !== null && reading.value !== tenant) throw refusal(place, 'Must be the same wherever it is given.');
    tenant = reading.value;
  }
  if (tenant === null) throw refusal(column, MISSING);
  return tenant;
}

function refusal(place: string, message: string): Failure {
  return new Failure('REQ_INVALID', { errors: { [place]: [message] } });
}
