import type { AttributeTerm, CompareTerm, CountKind, LinkedTerm, Position, SearchTerm } from '../request/request.ts';
import type { AggregateField, Order, Source } from '../resource/field.ts';
import type { ValueType } from '../resource/filter.ts';
import type { Rollup } from '../resource/rollup.ts';

/** Who asks, as the token said; the statement checks that it still holds. */
export interface Caller {
  readonly userId: string;
  readonly role: string;
  /** Columns of the user that row scopes compare with. */
  readonly attributes: Readonly<Record<string, string | null>>;
}

/** How the statement finds out whether the caller may enter the tenant, and that role and attributes still hold. */
export interface Entry {
  readonly users: string;
  readonly roleColumn: string;
  readonly membership: { readonly table: string; readonly user: string; readonly tenant: string };
  readonly caller: Caller;
}

/** The table a plan reads and what identifies, hides and orders its rows. */
export interface Target {
  readonly resource: string;
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  readonly deleted: string;
  readonly tenant: { readonly column: string; readonly value: string };
  readonly order: readonly (Order & { readonly type: ValueType })[];
}

export type Plan = EntryPlan | ListPlan | DetailPlan;

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
  /** Every condition on a row, for rechecks, counts and walks that do not cover them. */
  readonly conditions: readonly Predicate[];
  readonly position: Position | null;
  readonly size: number;
  readonly count: CountKind;
  readonly fields: readonly PlannedField[];
  readonly aggregates: readonly AggregateGroup[];
  readonly bound: Bound;
}

/** How the keys of a page are found. */
export type Access =
  /** No row can match: the page is empty without reading. */
  | { readonly kind: 'nothing' }
  /** One path answers every condition in page order: it stops when the page is full. */
  | { readonly kind: 'walk'; readonly path: Path }
  /**
   * No path answers every condition. Each try reads a bounded stretch of one path; the first that fills the page or
   * runs out has the answer. `last` is exact but has no bound of its own. This is the seam for bitmaps.
   */
  | { readonly kind: 'tries'; readonly tries: readonly Try[]; readonly last: Path | SearchPath };

export interface Try {
  readonly path: Path | UnorderedPath;
  /** Entries read at most. */
  readonly entries: number;
}

/** A source that gives its rows in no order: it has the answer only when it was read to its end. */
export type UnorderedPath = RangePath | SearchPath;

export function isUnordered(path: Path | UnorderedPath): path is UnorderedPath {
  return path.kind === 'range' || path.kind === 'search';
}

/** A source of rows in page order. */
export type Path = PagePath | ColumnsPath | PostingsPath;

/** The index of the default order; what it does not cover is checked row by row. */
export interface PagePath {
  readonly kind: 'page';
}

/** Merged branches over one composite index: every combination of the columns' values is one ordered walk. */
export interface ColumnsPath {
  readonly kind: 'columns';
  readonly columns: readonly ValueSet[];
  readonly branches: number;
}

export interface ValueSet {
  readonly column: string;
  readonly type: ValueType;
  readonly values: readonly string[];
  readonly nulls: boolean;
}

/** Merged postings: one ordered walk for each term. */
export interface PostingsPath {
  readonly kind: 'postings';
  readonly table: string;
  readonly key: string;
  readonly terms: readonly PostedTerm[];
}

export type PostedTerm =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'attribute'; readonly key: string; readonly value: string };

/** Rows whose column lies in a range. */
export interface RangePath {
  readonly kind: 'range';
  readonly column: string;
  readonly conditions: readonly CompareTerm[];
}

/** Rows that hold a text, found by its trigrams behind the guard. */
export interface SearchPath {
  readonly kind: 'search';
  readonly term: SearchTerm;
}

/** A condition on one row. */
export type Predicate =
  | (ValueSet & { readonly kind: 'values'; readonly complement: boolean })
  | CompareTerm
  | LinkedPredicate
  | AttributeTerm
  | SearchTerm;

export interface LinkedPredicate extends LinkedTerm {
  readonly parentColumn: string;
  readonly targetColumn: string;
}

export type PlannedField = { readonly name: string } & (
  | { readonly kind: 'column'; readonly column: PlannedColumn }
  | {
      readonly kind: 'one';
      /** Name of the rows that the page's rows point at: they are read once for the page. */
      readonly rows: string;
      readonly table: string;
      readonly by: string;
      readonly columns: readonly PlannedColumn[];
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
  | { readonly kind: 'object'; readonly fields: readonly PlannedField[] }
  | { readonly kind: 'aggregate'; readonly group: string; readonly column: string }
);

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
