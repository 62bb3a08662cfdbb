import type {
  AttributeTerm,
  CompareTerm,
  CountKind,
  LinkedTerm,
  PageNumber,
  Position,
  SearchTerm,
} from '../request/request.ts';
import type { AggregateField, Order, Source } from '../resource/field.ts';
import type { Domain, Facet, ValueType } from '../resource/filter.ts';
import type { Keys, Membership, Tenancies } from '../resource/identity.ts';
import type { OrderColumn } from '../resource/ordering.ts';
import type { KeyType } from '../resource/resource.ts';
import type { Ordered, Rollup } from '../resource/rollup.ts';
import type { Said, TenantKey } from '../resource/tenant-key.ts';
import type { Selection } from './selection.ts';
import type { TenantPlan, TenantsPlan } from './tenants.ts';

/** Who asks, as the token said; the statement checks that it still holds. */
export interface Caller {
  readonly userId: string;
  readonly role: string;
  /** Columns of the user that row scopes compare with. */
  readonly attributes: Readonly<Record<string, string | null>>;
  /** The tenant the credential is good for; absent where the request names one of several. */
  readonly tenant?: string;
  /** What it is said with, where two columns do. */
  readonly said?: Said;
  /** What it may do; absent where the app has no roles and the credential no scopes of its own: that is everything. */
  readonly scopes?: readonly string[];
  /** An API key asks; the user, if any, is the one who made it. */
  readonly key?: { readonly id: string; readonly scopes: readonly string[] };
  /** Nobody said who he is: whoever it may be. */
  readonly anybody?: true;
}

/** How the statement finds out whether the caller may enter the tenant, and that role and attributes still hold. */
export interface Entry {
  readonly users: string;
  /** Type of their key. */
  readonly idType: 'uuid' | 'bigint';
  readonly roleColumn: string;
  readonly activeColumn: string | null;
  /** The link table that says which tenants a user may enter, or the users' own column that says which one it is; none where there are no tenants. */
  readonly tenancy:
    | ({ readonly kind: 'membership' } & Membership)
    | { readonly kind: 'column'; readonly column: string }
    | ({ readonly kind: 'chosen' } & Tenancies)
    | { readonly kind: 'none' };
  /** Type of each attribute's column. */
  readonly types: Readonly<Record<string, string>>;
  /** Where API keys are kept; null where an app has none. */
  readonly keys: (Pick<Keys, 'table' | 'tenant'> & { readonly idType: 'uuid' | 'bigint' }) | null;
  readonly caller: Caller;
}

/** The table a plan reads and what identifies, hides and orders its rows. */
export interface Target {
  readonly resource: string;
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  readonly keyType: KeyType;
  readonly deleted: string | null;
  /** `none`: its rows and all that goes with them are of no tenant, and have no such column. */
  readonly tenant: Pick<TenantKey, 'column' | 'none'> & {
    readonly value: string;
    /** What new rows say, where a tenant is several values. */
    readonly said?: readonly { readonly column: string; readonly value: string; readonly type: 'text' | 'uuid' }[];
  };
  readonly order: readonly OrderColumn[];
}

export type Plan = EntryPlan | ListPlan | DetailPlan | TenantsPlan | TenantPlan;

export interface EntryPlan {
  readonly kind: 'entry';
  readonly target: Target;
  readonly entry: Entry;
  readonly bound: Bound;
}

export interface DetailPlan {
  readonly kind: 'detail';
  readonly target: Target;
  readonly entry: Entry;
  readonly id: string;
  readonly conditions: readonly Predicate[];
  readonly fields: readonly PlannedField[];
  readonly aggregates: readonly AggregateGroup[];
  readonly bound: Bound;
}

export interface ListPlan {
  readonly kind: 'list';
  readonly target: Target;
  readonly entry: Entry;
  readonly access: Access;
  /** What bitmaps are asked: for the page, for its number or for facets; null when nothing of that is asked. */
  readonly selection: Selection | null;
  readonly facets: readonly PlannedFacet[];
  /** Every condition on a row, for walks that have to look at rows. */
  readonly conditions: readonly Predicate[];
  /** Of these, what is looked at on rows that bitmaps found: a text, because trigrams only suggest it, and the caller's scope. */
  readonly checks: readonly Predicate[];
  /** As the reader asked for it: cursors are bound to it. */
  readonly order: readonly OrderColumn[];
  readonly position: Position | null;
  readonly size: number;
  /** Rows before the page, for old clients and for numbered pages. */
  readonly offset: number | null;
  readonly number: PageNumber | null;
  readonly count: CountKind;
  readonly fields: readonly PlannedField[];
  readonly aggregates: readonly AggregateGroup[];
  readonly bound: Bound;
}

/** How the keys of a page are found. */
export type Access =
  /** No row can match: the page is empty without reading. */
  | { readonly kind: 'nothing' }
  /**
   * The index of the default order, until the page is full. With `isChecked` rows that do not match are passed over: a
   * resource without bitmaps has no other way. `led`: the rows of one value, by an index of its column in that order.
   */
  | { readonly kind: 'walk'; readonly isChecked: boolean; readonly led?: Lead }
  /** Another order than the default one: its index is walked, and with `isChecked` rows that do not match are passed over. */
  | { readonly kind: 'ordered'; readonly walk: OrderWalk; readonly isChecked: boolean }
  /** The best of what a ranked search finds among the plan's selection; `usual` is the order in which equals are looked at. */
  | { readonly kind: 'ranked'; readonly usual: readonly OrderColumn[] }
  /** The plan's selection says which rows match, by position. */
  | { readonly kind: 'bitmap' };

/** The one value that rows are to have. */
export interface Lead {
  readonly column: string;
  readonly type: ValueType;
  readonly value: string;
}

/** By a column of the rows themselves, or by a figure that a rollup keeps. */
export type OrderWalk =
  | { readonly kind: 'column' }
  /** `column` is what the rollup's rows are in order of. */
  | { readonly kind: 'figure'; readonly rollup: Rollup; readonly figure: Ordered; readonly column: string };

export interface ValueSet {
  readonly column: string;
  readonly type: ValueType;
  readonly values: readonly string[];
  readonly nulls: boolean;
}

/** A condition on one row. */
export type Predicate =
  | (ValueSet & { readonly kind: 'values'; readonly complement: boolean })
  | { readonly kind: 'any'; readonly of: readonly Predicate[] }
  | CompareTerm
  | LinkedPredicate
  | AttributeTerm
  | SearchTerm;

export interface LinkedPredicate extends LinkedTerm {
  readonly parentColumn: string;
  readonly targetColumn: string;
}

/** A facet asked for, under its name; `domain` says in which order its values come. */
export interface PlannedFacet {
  readonly name: string;
  readonly facet: Facet;
  readonly domain: Domain | null;
}

export type PlannedField = { readonly name: string } & (
  | { readonly kind: 'column' | 'encrypted'; readonly column: PlannedColumn }
  | {
      readonly kind: 'one';
      /** Name of the rows that the page's rows point at: they are read once for the page. */
      readonly rows: string;
      readonly table: string;
      readonly by: string;
      readonly columns: readonly PlannedColumn[];
      /** Of no tenant. */
      readonly shared: boolean;
    }
  | {
      readonly kind: 'chosen';
      readonly tag: string;
      readonly by: string;
      readonly tables: readonly (readonly [tag: string, table: string])[];
      readonly value: string;
    }
  | {
      readonly kind: 'names';
      /** Name of the page's rows with their names, which are read once for the page. */
      readonly rows: string;
      readonly link: string;
      readonly parentColumn: string;
      readonly targetColumn: string;
      readonly table: string;
      readonly value: string;
    }
  | {
      readonly kind: 'first';
      readonly source: Source;
      readonly order: readonly Order[];
      readonly through: {
        readonly table: string;
        readonly by: string;
        readonly where: Readonly<Record<string, string>>;
      } | null;
      readonly columns: readonly PlannedColumn[];
      readonly single: boolean;
      /** The group whose rollup knows whether there is any child row, and keeps the first one under this field's column. */
      readonly kept: { readonly group: string; readonly column: string } | null;
    }
  | {
      readonly kind: 'children';
      readonly source: Source;
      readonly order: readonly Order[];
      readonly items: readonly PlannedItem[];
      readonly most: number;
    }
  | { readonly kind: 'object'; readonly fields: readonly PlannedField[] }
  | { readonly kind: 'aggregate'; readonly group: string; readonly column: string }
);

/** What a child in a list shows under a name: its column, or columns of the row that one points at. */
export interface PlannedItem {
  readonly name: string;
  readonly column: PlannedColumn | null;
  readonly one: Omit<Extract<PlannedField, { kind: 'one' }>, 'name' | 'kind' | 'rows'> | null;
}

export interface PlannedColumn {
  readonly name: string;
  /** Times are written in UTC with six digits; everything else as PostgreSQL's own JSON. */
  readonly format: 'plain' | 'instant';
}

/** All figures over one child table, read once for each row: from its rollup, or from the children themselves. */
export interface AggregateGroup {
  readonly name: string;
  readonly source: Source;
  readonly rollup: Rollup | null;
  readonly columns: readonly (Pick<AggregateField, 'measure' | 'where'> & { readonly name: string })[];
}

/** What a plan promises before any SQL exists. */
export interface Bound {
  readonly statements: 1;
  readonly roundTrips: 1;
  /** Rows of the reply, and one that tells whether there are more. */
  readonly rows: number;
  /** Buffers touched at most, apart from what `open` names. */
  readonly buffers: number;
  /** Of these, what finding the rows may touch. */
  readonly finding: number;
  /** What can make a page cost more than `buffers`, and why; empty when nothing can. */
  readonly open: readonly OpenEnd[];
}

export interface OpenEnd {
  readonly part: 'finding' | 'showing' | 'counting';
  readonly reason: string;
}
