import { createHash } from 'node:crypto';
import { Failure } from '../errors/failure.ts';

/** What tells the tenants of a table apart: always one uuid, whatever a tenant is said with. */
export interface TenantKey {
  /** Its column. */
  readonly column: string;
  /** What a refusal calls a tenant. */
  readonly noun: string;
  /** There are no tenants: no table of the app has the column. What is kept of them has it, with one value. */
  readonly none?: true;
  /** Columns that say a tenant together; the database makes the key from them. */
  readonly parts?: readonly [string, string];
}

/** A column, none, or two columns: what kind of tenant, and which one. */
export type TenantDeclaration<C extends string = string> = C | typeof NONE | readonly [kind: C, id: C];

/** Said aloud: left out by mistake, it would show everybody's rows to everybody. */
export const NONE = 'none';

/** The column of a key that is not a column of the app's own. */
export const TENANT_KEY = 'tenant_key';

/** The key of all rows where there are no tenants. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** A tenant as two columns say it. */
export type Said = readonly [kind: string, id: string];

/** The key of such a tenant, as `altiplano.tenant_key` makes it in the database. */
export function tenantKey([kind, id]: Said): string {
  const hash = createHash('sha256')
    .update(kind)
    .update('\0')
    .update(Buffer.from(id.replaceAll('-', ''), 'hex'));
  return hash
    .digest('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** @throws DECL_TENANT_MISSING, DECL_INVALID */
export function tenantKeyOf(resource: string, declared: TenantDeclaration | undefined): TenantKey {
  if (declared === undefined) throw new Failure('DECL_TENANT_MISSING', { values: { resource } });
  if (declared === NONE) return { column: TENANT_KEY, noun: 'tenant', none: true };
  if (typeof declared === 'string') return { column: declared, noun: declared.replace(/_id$/, '') };
  const named: readonly string[] = declared;
  if (named.length !== 2 || named[0] === named[1]) {
    const problem = `says a tenant with ${named.length === 2 ? 'one column twice' : `${named.length} columns`}`;
    const remedy = "Name one column, two (what kind of tenant, and which one), or 'none'.";
    throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
  }
  return { column: TENANT_KEY, noun: 'tenant', parts: declared };
}
