import { randomUUID } from 'node:crypto';
import { suggest } from '../../request/suggest.ts';
import { isMessage, NOBODY, READERS } from '../../request/values.ts';
import type { WriteCall } from '../call.ts';
import type { Item } from '../change.ts';
import { type Body, listName, type RawObject } from './body.ts';
import { type MemberReader, MISSING, readMembers } from './members.ts';
import { placeOf } from './problems.ts';

/** The one item of a request for one row. */
export function readSingle(reader: MemberReader, call: WriteCall, object: RawObject): Item {
  const { resource, problems } = reader;
  const { action, bodied } = call.route;
  const known = [resource.tenant.column];
  if (action === 'create') return { id: randomUUID(), values: readMembers(reader, object, '', known) };
  const id = readPathId(call.parameters.id);
  if (!bodied) return { id, values: {} };
  const own = object.get(resource.key);
  if (own !== undefined && own.toLowerCase() !== JSON.stringify(id)) problems.add(resource.key, 'Cannot be changed.');
  return { id, values: readMembers(reader, object, '', [...known, resource.key]) };
}

/** A malformed id is an id that is not there: looked up all the same, so that it takes as long. */
export function readPathId(text: string | undefined): string {
  const reading = READERS.uuid(text ?? '');
  return isMessage(reading) ? NOBODY : reading.value;
}

/** The items of a bulk request; a row may be named once. */
export function readList(
  reader: MemberReader,
  { action }: WriteCall['route'],
  body: Body,
  objects: readonly (RawObject | null)[],
): readonly Item[] {
  const { resource, problems } = reader;
  const list = listName(action);
  const known = [resource.tenant.column, list];
  for (const member of body.object.keys()) {
    if (problems.full) break;
    if (!known.includes(member)) problems.add(placeOf('', member), `Unknown member. ${suggest(member, known)}`);
  }
  const most = resource.writes?.bulk ?? 0;
  const length = body.list?.length ?? 0;
  if (body.list === null) problems.add(list, body.object.has(list) ? 'Must be a list.' : MISSING);
  else if (length < 1 || length > most) problems.add(list, `Must hold 1 to ${most} values; it holds ${length}.`);
  if (body.list === null || length > most) return [];
  const items =
    action === 'delete'
      ? body.list.map((raw, index) => ({ id: readId(reader, raw, `ids.${index}`), values: {} }))
      : objects.map((object, index) => readItem(reader, action, object, `items.${index}`));
  refuseTwice(reader, items, (index) => (list === 'ids' ? `ids.${index}` : `items.${index}.${resource.key}`));
  return items;
}

function readItem(
  reader: MemberReader,
  action: WriteCall['route']['action'],
  object: RawObject | null,
  place: string,
): Item {
  const { key, tenant } = reader.resource;
  if (object === null) {
    reader.problems.add(place, 'Must be an object.');
    return { id: NOBODY, values: {} };
  }
  if (action === 'create')
    return { id: randomUUID(), values: readMembers(reader, object, `${place}.`, [tenant.column]) };
  const raw = object.get(key);
  if (raw === undefined) reader.problems.add(`${place}.${key}`, MISSING);
  const id = raw === undefined ? NOBODY : readId(reader, raw, `${place}.${key}`);
  return { id, values: readMembers(reader, object, `${place}.`, [tenant.column, key]) };
}

function readId({ problems }: MemberReader, raw: string, place: string): string {
  const value: unknown = JSON.parse(raw);
  const reading = READERS.uuid(typeof value === 'string' ? value : '');
  if (!isMessage(reading)) return reading.value;
  problems.add(place, reading.message);
  return NOBODY;
}

function refuseTwice({ problems }: MemberReader, items: readonly Item[], placeOfItem: (index: number) => string): void {
  const seen = new Set<string>();
  for (const [index, { id }] of items.entries()) {
    if (id !== NOBODY && seen.has(id)) problems.add(placeOfItem(index), 'Must not be named twice.');
    seen.add(id);
  }
}
