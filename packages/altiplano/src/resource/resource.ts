import type { Field, Order } from './field.ts';
import type { Domain, Filter, ValueType } from './filter.ts';
import type { Writes } from './writes.ts';

/** A resource after its declaration was checked: the input of every request and plan. Frozen. */
export interface Resource {
  readonly name: string;
  readonly table: string;
  /** Path of the list, with a slash at both ends; the detail is one segment below. */
  readonly path: string;
  readonly key: string;
  readonly tenant: { readonly column: string; readonly noun: string };
  /** Boolean column that marks a row as deleted, and so as not there. */
  readonly deleted: string;
  /** Total: ends in the key. All columns in one direction, so that a cursor is one row comparison. */
  readonly order: readonly (Order & { readonly type: ValueType })[];
  readonly page: { readonly size: number; readonly most: number };
  readonly fields: Readonly<Record<string, Field>>;
  /** Query parameter → what it asks. */
  readonly filters: Readonly<Record<string, Filter>>;
  readonly domains: Readonly<Record<string, Domain>>;
  /** Columns that lead an index in page order after the tenant: each serves any values of those columns in order. */
  readonly paths: readonly (readonly string[])[];
  /** Table of (tenant, term, order…) rows for labels and attributes. */
  readonly postings: { readonly table: string; readonly key: string } | null;
  /** Role → the rows it may see. A role that is not named sees none; null: roles make no difference here. */
  readonly scopes: Readonly<Record<string, RowScope>> | null;
  /** Whether there are a list and a detail; rows that are only written still show what was written. */
  readonly reads: boolean;
  readonly writes: Writes | null;
}

/** All rows of the tenant, or those whose column equals the caller's attribute. */
export type RowScope = 'all' | { readonly column: string; readonly attribute: string };
