import type { Bitmap } from './bitmap.ts';
import type { Field, Source } from './field.ts';
import type { Resource } from './resource.ts';

/** Rows that are tenants themselves: whose they are is a matter of membership, and what is in one is counted inside it. */
export interface TenantRows {
  /** Function that shows one tenant to a member of it; `tenants/ddl.ts` prints it. */
  readonly function: string;
  /** Order column → its copy in the membership table, which is walked in page order. The key's copy is the membership's tenant. */
  readonly copies: Readonly<Record<string, string>>;
}

/** What one member of a tenant's reply is made of. */
export type TenantValue =
  | { readonly name: string; readonly kind: 'column'; readonly column: string }
  | { readonly name: string; readonly kind: 'count'; readonly source: Source }
  | {
      readonly name: string;
      readonly kind: 'extreme';
      readonly source: Source;
      readonly column: string;
      readonly direction: 'asc' | 'desc';
    };

/** The fields of a resource of tenants, in their order; null for one that cannot be shown. */
export function tenantValues({ fields }: Pick<Resource, 'fields'>): readonly (TenantValue | null)[] {
  return Object.entries(fields).map(([name, field]) => shownValue(name, field));
}

/** As checked at declaration, so that none is left out. */
export function shownValues(resource: Pick<Resource, 'fields'>): readonly TenantValue[] {
  return tenantValues(resource).filter((value) => value !== null);
}

function shownValue(name: string, field: Field): TenantValue | null {
  if (field.kind === 'column') return { name, kind: 'column', column: field.column };
  if (field.kind === 'aggregate') {
    const isPlain = field.measure.kind === 'count' && field.where.length === 0;
    return isPlain ? { name, kind: 'count', source: field.source } : null;
  }
  if (field.kind !== 'first' || !field.single) return null;
  const [order] = field.order;
  return order === undefined ? null : { name, kind: 'extreme', source: field.source, ...order };
}

/** Child tables of which a role may see a part only, each once: the function is told which part. */
export function scopedSources(resource: Pick<Resource, 'fields'>): readonly Source[] {
  const sources = shownValues(resource).flatMap((value) => (value.kind === 'column' ? [] : [value.source]));
  const scoped = sources.filter(({ scopes }) => scopes !== undefined);
  return scoped.filter(({ table }, index) => scoped.findIndex((other) => other.table === table) === index);
}

/** Bitmaps that figures are counted by. */
export function tenantBitmaps(resource: Pick<Resource, 'tenants' | 'fields'>): readonly Bitmap[] {
  if (resource.tenants === null) return [];
  return shownValues(resource).flatMap((value) =>
    value.kind === 'count' && value.source.bitmap ? [value.source.bitmap] : [],
  );
}

/** The column that a scoped role's rows are told by; null when every role sees all or nothing. */
export function scopeColumn({ scopes = {} }: Source): string | null {
  const [scope] = Object.values(scopes).filter((candidate) => candidate !== 'all');
  return scope === undefined ? null : scope.column;
}
