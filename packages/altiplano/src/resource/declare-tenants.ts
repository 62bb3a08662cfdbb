import { cursors } from './envelope.ts';
import type { Field } from './field.ts';
import type { ValueType } from './filter.ts';
import { parseOrder, type SignedColumn } from './order.ts';
import { type PermissionsDeclaration, permissionsOf } from './permissions.ts';
import type { Resource } from './resource.ts';
import type { TenantRows } from './tenants.ts';

/** What an author says of a resource whose rows are tenants, over columns `C` of their table. */
export interface TenantsDeclaration<C extends string> {
  readonly name: string;
  readonly path: `/${string}`;
  readonly order: readonly [SignedColumn<C>, SignedColumn<C>];
  /** Types of the order columns; a time, then the key, unless said otherwise. */
  readonly orderTypes?: readonly [ValueType, ValueType];
  readonly page?: { readonly size: number; readonly most: number };
  readonly permissions?: PermissionsDeclaration;
  /** Columns, and counts, least and greatest values of child rows. */
  readonly fields: Readonly<Record<string, Field>>;
  /** Name of the function that shows one tenant. */
  readonly function: TenantRows['function'];
  /** Where the membership table keeps copies of the order columns. */
  readonly copies: Readonly<Partial<Record<C, string>>>;
}

/** A resource without filters, writes or a tenant of its own: what its caller may enter is all there is. */
export function tenantsResource<C extends string>(table: string, declaration: TenantsDeclaration<C>): Resource {
  const { name, path, order, orderTypes = ['timestamptz', 'uuid'], page, fields } = declaration;
  return {
    name,
    table,
    path,
    chosenBy: null,
    key: 'id',
    keyType: 'uuid',
    tenant: { column: 'id', noun: table },
    deleted: null,
    order: order.map((signed, index) => ({ ...parseOrder(signed), type: orderTypes[index] ?? 'text' })),
    orders: {},
    page: page ?? { size: 25, most: 100 },
    envelope: cursors(),
    fields,
    detail: {},
    filters: {},
    facets: {},
    domains: {},
    bitmap: null,
    scopes: null,
    permissions: permissionsOf(declaration.permissions),
    tenants: { function: declaration.function, copies: declaration.copies as TenantRows['copies'] },
    reads: true,
    writes: null,
    public: false,
  };
}
