import type { Catalog } from '../../catalog/catalog.ts';
import { elementSlices } from '../../request/slices.ts';
import { isMessage, type Reading } from '../../request/values.ts';
import type { Accepted, AcceptedMembers, AcceptedValue } from '../../resource/accept.ts';
import { readObject } from '../../write/parse/body.ts';
import { columnKind, type MemberType } from '../../write/parse/member-type.ts';
import { type Members, MISSING, readEach } from '../../write/parse/members.ts';
import { type Problems, placeOf } from '../../write/parse/problems.ts';
import { readValue } from '../../write/parse/value.ts';

/** What reading an object needs to know beside the object. */
export interface AcceptReader {
  readonly catalog: Pick<Catalog, 'tables'>;
  readonly problems: Problems;
}

/** The values of an object, each as JSON text; what is wrong is noted under `prefix` and the member's name. */
export function readAccepted(
  reader: AcceptReader,
  members: AcceptedMembers,
  object: ReadonlyMap<string, string>,
  prefix: string,
): Readonly<Record<string, string>> {
  const { problems } = reader;
  const values = readEach(membersOf(reader, members), problems, object, prefix, []);
  for (const [name, { required, otherwise }] of Object.entries(members)) {
    if (object.has(name)) continue;
    if (required) problems.add(placeOf(prefix, name), MISSING);
    else if (otherwise !== undefined) values[name] = JSON.stringify(otherwise);
  }
  return values;
}

function membersOf(reader: AcceptReader, members: AcceptedMembers): Members {
  return {
    names: Object.keys(members),
    read: (name, raw, place) => {
      const accepted = Object.hasOwn(members, name) ? members[name] : undefined;
      return accepted === undefined ? undefined : readOne(reader, accepted, raw, place);
    },
  };
}

function readOne(reader: AcceptReader, accepted: Accepted, raw: string, place: string): Reading<string> {
  const { value, nullable } = accepted;
  if (value.kind === 'list') {
    if (raw === 'null' && nullable) return { value: raw };
    return readList(reader, value, raw, place);
  }
  return readValue(typeOf(value, accepted, reader.catalog), raw);
}

/** More is no `integer` of the database; whoever wants more declares a bigint. */
const FOUR_BYTES = [-2_147_483_648, 2_147_483_647] as const;

type Plain = Exclude<AcceptedValue, { readonly kind: 'list' }>;

function typeOf(value: Plain, { nullable, required }: Accepted, catalog: Pick<Catalog, 'tables'>): MemberType {
  if (value.kind === 'integer') return { range: FOUR_BYTES, ...value, nullable };
  if (value.kind !== 'column') return { ...value, nullable } as MemberType;
  const column = catalog.tables.get(value.table)?.columns.get(value.column);
  const mayBeNull = nullable || (column?.nullable === true && !required);
  return { nullable: mayBeNull, ...columnKind(column?.type ?? 'text', {}) };
}

function readList(
  reader: AcceptReader,
  { items, least, most }: Extract<AcceptedValue, { readonly kind: 'list' }>,
  raw: string,
  place: string,
): Reading<string> {
  if (!raw.startsWith('[')) return { message: 'Must be a list.' };
  const elements = elementSlices(raw, 0).map(({ start, end }) => raw.slice(start, end));
  if (elements.length < least || elements.length > most) {
    return { message: `Must hold ${least} to ${most} values; it holds ${elements.length}.` };
  }
  const texts: string[] = [];
  for (const [index, element] of elements.entries()) {
    if (reader.problems.full) break;
    const reading =
      items.kind === 'values'
        ? readOne(reader, items.value, element, `${place}.${index}`)
        : readItem(reader, items.members, element, `${place}.${index}`);
    if (isMessage(reading)) reader.problems.add(`${place}.${index}`, reading.message);
    else texts.push(reading.value);
  }
  return { value: `[${texts.join(',')}]` };
}

function readItem(reader: AcceptReader, members: AcceptedMembers, raw: string, place: string): Reading<string> {
  const object = readObject(raw);
  if (object === null) return { message: 'Must be an object.' };
  const values = Object.entries(readAccepted(reader, members, object, `${place}.`));
  return { value: `{${values.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}` };
}
