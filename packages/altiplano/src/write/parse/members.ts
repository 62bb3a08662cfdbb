import { type Catalog, keyTypeOf } from '../../catalog/catalog.ts';
import { elementSlices } from '../../request/slices.ts';
import { suggest } from '../../request/suggest.ts';
import { isMessage, LONGEST_LIST, type Reading, readKeyValue } from '../../request/values.ts';
import type { KeyType, Resource } from '../../resource/resource.ts';
import type { Member } from '../../resource/writes.ts';
import type { RawObject } from './body.ts';
import { memberType } from './member-type.ts';
import { type Problems, placeOf } from './problems.ts';
import { readValue } from './value.ts';

export const MISSING = 'This member is required.';

export interface MemberReader {
  readonly resource: Resource;
  readonly catalog: Catalog;
  readonly problems: Problems;
  /** Members that name the tenant, which are read elsewhere; none where the credential says it. */
  readonly named: readonly string[];
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
  const read = (name: string, raw: string) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    return member === undefined ? undefined : readMember(reader, name, member, raw);
  };
  const values = readEach({ names: Object.keys(members), read }, problems, object, prefix, known);
  if (creating) complete(members, values, object, (name) => problems.add(placeOf(prefix, name), MISSING));
  return values;
}

/** What an object may hold: of a resource's row, or of an action's body. */
export interface Members {
  readonly names: readonly string[];
  /** The value as JSON text; undefined when there is no such member. */
  readonly read: (name: string, raw: string, place: string) => Reading<string> | undefined;
}

/** The values an object names. What is wrong, and what is not known, is noted under `prefix` and the member's name. */
export function readEach(
  { names, read }: Members,
  problems: Problems,
  object: RawObject,
  prefix: string,
  known: readonly string[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, raw] of object) {
    if (problems.full) break;
    if (known.includes(name)) continue;
    const place = placeOf(prefix, name);
    const reading = read(name, raw, place);
    if (reading === undefined) problems.add(place, `Unknown member. ${suggest(name, [...known, ...names])}`);
    else if (isMessage(reading)) problems.add(place, reading.message);
    else values[name] = reading.value;
  }
  return values;
}

function readMember({ resource, catalog }: MemberReader, name: string, member: Member, raw: string) {
  if (member.kind === 'links') return readIds(raw, keyTypeOf(catalog, member.target));
  return readValue(memberType(resource, catalog, name, member), raw);
}

/** Every id once. */
function readIds(raw: string, type: KeyType): Reading<string> {
  if (!raw.startsWith('[')) return { message: `Must be a list of ${type === 'uuid' ? 'uuids' : 'whole numbers'}.` };
  const elements = elementSlices(raw, 0);
  if (elements.length > LONGEST_LIST)
    return { message: `Must hold at most ${LONGEST_LIST} values; it holds ${elements.length}.` };
  const ids = new Set<string>();
  for (const { start, end } of elements) {
    const reading = readKeyValue(type, raw.slice(start, end));
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
