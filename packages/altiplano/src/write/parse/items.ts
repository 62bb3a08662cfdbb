import { randomUUID } from 'node:crypto';
import { suggest } from '../../request/suggest.ts';
import { isMessage, NO_KEY, readKeyValue, readPathKey } from '../../request/values.ts';
import type { Resource } from '../../resource/resource.ts';
import type { WriteCall } from '../call.ts';
import type { Item } from '../change.ts';
import { type Body, listName, type RawObject } from './body.ts';
import { type MemberReader, MISSING, readMembers } from './members.ts';
import { placeOf } from './problems.ts';

/** The one item of a request for one row. */
export function readSingle(reader: MemberReader, call: WriteCall, object: RawObject): Item {
  const { resource, problems, named } = reader;
  const { action, bodied } = call.route;
  if (action === 'create') return { id: newId(resource), values: readMembers(reader, object, '', named) };
  const id = readPathKey(resource.keyType, call.parameters.id ?? '');
  if (!bodied) return { id, values: {} };
  const own = object.get(resource.key);
  if (own !== undefined && !isKey(resource, own, id)) problems.add(resource.key, 'Cannot be changed.');
  return { id, values: readMembers(reader, object, '', [...named, resource.key]) };
}

/** Made here where it can be: the reply then is asked for together with the write. */
function newId({ keyType }: Resource): string | null {
  return keyType === 'uuid' ? randomUUID() : null;
}

function isKey({ keyType }: Resource, raw: string, id: string): boolean {
  const reading = readKeyValue(keyType, raw);
  return !isMessage(reading) && reading.value === id;
}

/** The items of a bulk request; a row may be named once. */
export function readList(
  reader: MemberReader,
  { action }: WriteCall['route'],
  body: Body,
  objects: readonly (RawObject | null)[],
): readonly Item[] {
  const { resource, problems, named } = reader;
  const list = listName(action);
  const known = [...named, list];
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
  const { named, resource } = reader;
  const { key, keyType } = resource;
  if (object === null) {
    reader.problems.add(place, 'Must be an object.');
    return { id: NO_KEY[keyType], values: {} };
  }
  if (action === 'create') return { id: newId(resource), values: readMembers(reader, object, `${place}.`, named) };
  const raw = object.get(key);
  if (raw === undefined) reader.problems.add(`${place}.${key}`, MISSING);
  const id = raw === undefined ? NO_KEY[keyType] : readId(reader, raw, `${place}.${key}`);
  return { id, values: readMembers(reader, object, `${place}.`, [...named, key]) };
}

function readId({ problems, resource }: MemberReader, raw: string, place: string): string {
  const reading = readKeyValue(resource.keyType, raw);
  if (!isMessage(reading)) return reading.value;
  problems.add(place, reading.message);
  return NO_KEY[resource.keyType];
}

function refuseTwice(
  { problems, resource }: MemberReader,
  items: readonly Item[],
  placeOfItem: (index: number) => string,
): void {
  const seen = new Set<string>();
  for (const [index, { id }] of items.entries()) {
    if (id === null) continue;
    if (id !== NO_KEY[resource.keyType] && seen.has(id)) problems.add(placeOfItem(index), 'Must not be named twice.');
    seen.add(id);
  }
}
