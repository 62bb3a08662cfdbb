import type { Bitmap } from './bitmap.ts';
import type { Envelope } from './envelope.ts';
import type { Field } from './field.ts';
import type { Domain, Facet, Filter } from './filter.ts';
import type { OrderColumn, Ordering } from './ordering.ts';
import type { Permissions } from './permissions.ts';
import type { TenantKey } from './tenant-key.ts';
import type { TenantRows } from './tenants.ts';
import type { Writes } from './writes.ts';

/** A resource after its declaration was checked: the input of every request and plan. Frozen. */
export interface Resource {
  readonly name: string;
  readonly table: string;
  /** Path of the list; the detail is one segment below, and ends in a slash where this does. */
  readonly path: string;
  /** The parameter and the value that choose this resource among those at its path; null where it is alone there. */
  readonly chosenBy: Choice | null;
  readonly key: string;
  readonly keyType: KeyType;
  readonly tenant: TenantKey;
  /** Boolean column that marks a row as deleted, and so as not there; null where a deletion removes the row. */
  readonly deleted: string | null;
  /** Total: ends in the key. All columns in one direction, so that a cursor is one row comparison. */
  readonly order: readonly OrderColumn[];
  /** What `order=` may name. */
  readonly orders: Readonly<Record<string, Ordering>>;
  readonly page: { readonly size: number; readonly most: number };
  readonly envelope: Envelope;
  readonly fields: Readonly<Record<string, Field>>;
  /** What a detail shows after them, and what a write answers. */
  readonly detail: Readonly<Record<string, Field>>;
  /** Query parameter → what it asks. */
  readonly filters: Readonly<Record<string, Filter>>;
  /** Name in `facets=` → what is counted. */
  readonly facets: Readonly<Record<string, Facet>>;
  readonly domains: Readonly<Record<string, Domain>>;
  /** Bitmaps that answer its filters in any combination. */
  readonly bitmap: Bitmap | null;
  /** Role → the rows it may see. A role that is not named sees none; null: roles make no difference here. */
  readonly scopes: Readonly<Record<string, RowScope>> | null;
  /** The scope each act needs of a credential. */
  readonly permissions: Permissions;
  /** Its rows are tenants, found by the caller's memberships; null: they are rows of one tenant, which a parameter names. */
  readonly tenants: TenantRows | null;
  /** Whether there are a list and a detail; rows that are only written still show what was written. */
  readonly reads: boolean;
  readonly writes: Writes | null;
  /** Read without a credential too, by the role `public`; only where rows are of no tenant. */
  readonly public: boolean;
}

export interface Choice {
  readonly parameter: string;
  readonly value: string;
}

/** What a key may be: made by the server as a uuid, or by the database as the next number. */
export type KeyType = 'uuid' | 'bigint';

/** All rows of the tenant, those that are the caller's own, or those that are seen for one of several reasons. */
export type RowScope<C extends string = string> = 'all' | ScopedRows<C> | { readonly any: readonly ScopedRows<C>[] };

export type ScopedRows<C extends string = string> = OwnRows<C> | RowsWith<C>;

/** Their column equals the caller's attribute; `id` is who is asking. */
export interface OwnRows<C extends string = string> {
  readonly column: C;
  readonly attribute: string;
}

/** Their column has one of these values. */
export interface RowsWith<C extends string = string> {
  readonly column: C;
  readonly values: readonly string[];
}

/** What a limited role's rows are told by: one has to hold. */
export function alternativesOf(scope: Exclude<RowScope, 'all'>): readonly ScopedRows[] {
  return 'any' in scope ? scope.any : [scope];
}

/** Everything an object of the resource may show, in its order. */
export function allFields({ fields, detail }: Pick<Resource, 'fields' | 'detail'>): Resource['fields'] {
  return { ...fields, ...detail };
}
