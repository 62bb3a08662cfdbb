import type { Catalog } from '../../catalog/catalog.ts';
import { suggest } from '../../request/suggest.ts';
import { isMessage, LONGEST_LIST, READERS } from '../../request/values.ts';
import type { Resource } from '../../resource/resource.ts';
import type { Member } from '../../resource/writes.ts';
import type { RawObject } from './body.ts';
import { memberType } from './member-type.ts';
import { type Problems, placeOf } from './problems.ts';
import { elementSlices } from './slices.ts';
import { readValue } from './value.ts';

export const MISSING = 'This member is required.';

export interface MemberReader {
  readonly resource: Resource;
  readonly catalog: Catalog;
  readonly problems: Problems;
  /** A new row: what is required must be there, what has a fallback gets it. */
  readonly creating: boolean;
}

/**
 * The values an object names, each as JSON text. What is wrong is noted under `prefix` and the member's name.
 * @param known members read elsewhere: the key and the tenant
 */
export function readMembers(
  reader: MemberReader,
  object: RawObject,
  prefix: string,
  known: readonly string[],
): Readonly<Record<string, string>> {
  const { resource, problems, creating } = reader;
  const members = resource.writes?.members ?? {};
  const values: Record<string, string> = {};
  for (const [name, raw] of object) {
    if (problems.full) break;
    if (known.includes(name)) continue;
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) {
      problems.add(placeOf(prefix, name), `Unknown member. ${suggest(name, [...known, ...Object.keys(members)])}`);
      continue;
    }
    const reading = readMember(reader, name, member, raw);
    if (isMessage(reading)) problems.add(placeOf(prefix, name), reading.message);
    else values[name] = reading.value;
  }
  if (creating) complete(members, values, object, (name) => problems.add(placeOf(prefix, name), MISSING));
  return values;
}

function readMember({ resource, catalog }: MemberReader, name: string, member: Member, raw: string) {
  if (member.kind === 'links') return readIds(raw);
  return readValue(memberType(resource, catalog, name, member), raw);
}

/** Every id once. */
function readIds(raw: string): { readonly value: string } | { readonly message: string } {
  if (!raw.startsWith('[')) return { message: 'Must be a list of uuids.' };
  const elements = elementSlices(raw, 0);
  if (elements.length > LONGEST_LIST)
    return { message: `Must hold at most ${LONGEST_LIST} values; it holds ${elements.length}.` };
  const ids = new Set<string>();
  for (const { start, end } of elements) {
    const value: unknown = JSON.parse(raw.slice(start, end));
    const reading = READERS.uuid(typeof value === 'string' ? value : '');
    if (isMessage(reading)) return reading;
    ids.add(reading.value);
  }
  return { value: JSON.stringify([...ids]) };
}

function complete(
  members: Readonly<Record<string, Member>>,
  values: Record<string, string>,
  object: RawObject,
  missing: (name: string) => void,
): void {
  for (const [name, member] of Object.entries(members)) {
    if (object.has(name) || member.kind === 'links') continue;
    if (member.required) missing(name);
    else if (member.kind === 'column' && typeof member.fallback === 'object')
      values[name] = JSON.stringify(member.fallback.value);
  }
}
