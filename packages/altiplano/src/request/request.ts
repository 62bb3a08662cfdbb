import type { Comparison, ValueType } from '../resource/filter.ts';
import type { ChosenOrder } from '../resource/ordering.ts';
import type { Resource } from '../resource/resource.ts';

/** One condition a reader asked for; a request's terms are all AND. */
export type Term = ValuesTerm | CompareTerm | LinkedTerm | AttributeTerm | SearchTerm;

/**
 * The set of values a column may have: `values`, or with `complement` all others. `nulls` says whether a null is in
 * the set. IN, NOT IN, IS NULL and their intersections are all of this form.
 */
export interface ValuesTerm {
  readonly kind: 'values';
  readonly column: string;
  readonly type: ValueType;
  readonly values: readonly string[];
  readonly complement: boolean;
  readonly nulls: boolean;
}

export interface CompareTerm {
  readonly kind: 'compare';
  readonly column: string;
  readonly type: ValueType;
  readonly comparison: Comparison;
  readonly value: string;
}

export interface LinkedTerm {
  readonly kind: 'linked';
  readonly link: string;
  readonly target: string;
  /** Of the targets' column; without it `ids` are their keys. */
  readonly by?: string;
  readonly ids: readonly string[];
  readonly negated: boolean;
}

export interface AttributeTerm {
  readonly kind: 'attribute';
  readonly column: string;
  readonly key: string;
  readonly value: string;
}

export interface SearchTerm {
  readonly kind: 'search';
  readonly columns: readonly string[];
  readonly text: string;
  readonly ranked?: true;
}

/**
 * A place between two rows in the order. `after`/`from` read forward, `before`/`upto` backward; `from` and `upto`
 * include the row itself: they lead back from a page that turned out empty.
 */
export interface Position {
  readonly reading: 'after' | 'from' | 'before' | 'upto';
  /** One value for each order column, as PostgreSQL prints it; null where the column is. */
  readonly values: readonly (string | null)[];
}

export type CountKind = 'none' | 'exact' | 'estimated';

/** A page past the end is the last one where that is `lenient`, else it is empty. */
export interface PageNumber {
  readonly page: number;
  readonly lenient: boolean;
}

export interface ListRequest {
  readonly kind: 'list';
  readonly resource: Resource;
  readonly tenant: string;
  readonly terms: readonly Term[];
  /** Groups of alternatives: of each group at least one term must hold. All positive, and none a comparison or a search. */
  readonly any: readonly (readonly Term[])[];
  /** Names of the resource's facets, in the order asked for. */
  readonly facets: readonly string[];
  readonly order: ChosenOrder;
  readonly position: Position | null;
  readonly size: number;
  /** Rows before the page, for old clients; null when the page has a position, or is the first. */
  readonly offset: number | null;
  /** Of a list of numbered pages: which one is asked for. */
  readonly number: PageNumber | null;
  readonly count: CountKind;
}

export interface DetailRequest {
  readonly kind: 'detail';
  readonly resource: Resource;
  readonly tenant: string;
  readonly id: string;
}

/** Asks only whether the caller may enter the tenant: a refusal must not tell a stranger what else was wrong. */
export interface EntryRequest {
  readonly kind: 'entry';
  readonly resource: Resource;
  readonly tenant: string;
}

/** The tenants that the caller may enter: no tenant is named, so row security shows nothing of any. */
export interface TenantsRequest extends Pick<ListRequest, 'position' | 'size' | 'offset' | 'number' | 'count'> {
  readonly kind: 'tenants';
  readonly resource: Resource;
  readonly tenant: '';
}

/** One tenant, seen from inside. */
export interface TenantRequest {
  readonly kind: 'tenant';
  readonly resource: Resource;
  readonly tenant: string;
}

export type Request = ListRequest | DetailRequest | EntryRequest | TenantsRequest | TenantRequest;
