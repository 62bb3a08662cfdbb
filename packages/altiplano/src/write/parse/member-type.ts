import { type Catalog, columnType } from '../../catalog/catalog.ts';
import type { Resource } from '../../resource/resource.ts';
import type { ColumnMember, ReferenceMember } from '../../resource/writes.ts';

/** What a member's JSON must be, from the live database and the declaration. */
export interface MemberType {
  readonly nullable: boolean;
  readonly kind:
    | 'text'
    | 'choice'
    | 'uuid'
    | 'bigint'
    | 'boolean'
    | 'float'
    | 'integer'
    | 'decimal'
    | 'instant'
    | 'date'
    | 'document';
  /** Of a text: characters at least and at most. */
  readonly least?: number;
  readonly most?: number;
  readonly choices?: readonly string[];
  readonly range?: readonly [number, number];
  /** Of a decimal: digits in all, and after the point. */
  readonly digits?: readonly [number, number];
  /** Of a document: it has to be an object. */
  readonly object?: boolean;
}

export function memberType(
  resource: Resource,
  catalog: Catalog,
  name: string,
  member: ColumnMember | ReferenceMember,
): MemberType {
  const nullable = catalog.tables.get(resource.table)?.columns.get(name)?.nullable === true && !member.required;
  const type = columnType(catalog, resource.table, name);
  if (member.kind === 'reference') return { kind: type === 'bigint' ? type : 'uuid', nullable };
  if (member.encrypted) return { kind: 'text', nullable, ...(member.most === undefined ? {} : { most: member.most }) };
  const domain = Object.hasOwn(resource.domains, name) ? resource.domains[name] : undefined;
  if (domain?.type === 'text') return { kind: 'choice', nullable, choices: domain.values };
  const range = member.range === undefined ? {} : { range: member.range };
  return { nullable, ...range, ...bounded(columnKind(type, member), member) };
}

/** As long as the column allows, or the declaration where that is less. */
function bounded<T extends Omit<MemberType, 'nullable'>>(type: T, { least, most }: ColumnMember): T {
  if (type.kind !== 'text') return type;
  return {
    ...type,
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most: Math.min(most, type.most ?? most) }),
  };
}

/** `character varying(255)`, `numeric(10,4)`: a name, perhaps with one or two lengths. */
export function columnKind(
  type: string,
  member: Pick<ColumnMember, 'range' | 'fallback'>,
): Omit<MemberType, 'nullable'> {
  const [, name = type, first, second = '0'] = /^([^(]+)(?:\((\d+)(?:,(\d+))?\))?$/.exec(type) ?? [];
  switch (name) {
    case 'character varying':
    case 'character':
      return { kind: 'text', ...(first === undefined ? {} : { most: Number(first) }) };
    case 'uuid':
    case 'bigint':
    case 'boolean':
    case 'date':
      return { kind: name };
    case 'real':
    case 'double precision':
      return { kind: 'float' };
    case 'smallint':
      return { kind: 'integer', range: member.range ?? [-32_768, 32_767] };
    case 'integer':
      return { kind: 'integer', range: member.range ?? [-2_147_483_648, 2_147_483_647] };
    case 'numeric':
      return { kind: 'decimal', ...(first === undefined ? {} : { digits: [Number(first), Number(second)] }) };
    case 'timestamp with time zone':
      return { kind: 'instant' };
    case 'json':
    case 'jsonb':
      return { kind: 'document', object: typeof fallbackOf(member) === 'object' };
    default:
      return { kind: 'text' };
  }
}

function fallbackOf({ fallback }: Pick<ColumnMember, 'fallback'>): unknown {
  return typeof fallback === 'object' ? fallback.value : undefined;
}
