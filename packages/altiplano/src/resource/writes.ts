import type { RowScope, ScopedRows } from './resource.ts';

/** How a resource's rows are written: which actions, which body members, and what each stands for. */
export interface Writes {
  readonly actions: readonly ('create' | 'change' | 'delete')[];
  /** Items of one bulk request at most; null: no bulk endpoints. */
  readonly bulk: number | null;
  /** Body member → what it sets. The tenant's column and the key are no members: they are never changed. */
  readonly members: Readonly<Record<string, Member>>;
  readonly links: readonly Link[];
  /** Columns that a new row has from the user who asks, and no body sets. */
  readonly callers: readonly string[];
  /**
   * Role → the rows it may write, both as they are and as they would be; a role that is not named writes none. Null: what a
   * role sees it may write.
   */
  readonly scopes: Readonly<Record<string, WriteScope>> | null;
  /** Column that every change sets to the time of the change. */
  readonly touched: string | null;
  /** Column that a deletion sets to its time. */
  readonly stamp: string | null;
  /** Columns whose values lead to one another. */
  readonly states: readonly States[];
  /** Columns that follow from a member. */
  readonly derived: Readonly<Record<string, Derived>>;
}

/** A state machine: where a row goes from where it is. */
export interface States<C extends string = string> {
  readonly column: C;
  /** State → those it may become. What is not listed is refused, staying as well; what leads nowhere may be left out. */
  readonly moves: Readonly<Record<string, readonly string[]>>;
  /** What a new row may be, if it says so; any state where this is left out. */
  readonly starts: readonly string[] | null;
  /** State → the scope it takes to bring a row there. */
  readonly needs: Readonly<Record<string, string>>;
}

export type WriteScope<C extends string = string> = 'all' | WriteRows<C> | { readonly any: readonly WriteRows<C>[] };

/** As row scopes are told, and beside them rows whose column has none of some values. */
export type WriteRows<C extends string = string> =
  | ScopedRows<C>
  | { readonly column: C; readonly not: readonly string[] };

/** What a limited role's writable rows are told by: one has to hold. */
export function writableRows(scope: Exclude<WriteScope, 'all'>): readonly WriteRows[] {
  return 'any' in scope ? scope.any : [scope];
}

export type Member = ColumnMember | ReferenceMember | LinksMember;

/** Type, length and whether null is allowed come from the database; a closed set of values from the resource's domains. */
export interface ColumnMember {
  readonly kind: 'column';
  readonly required: boolean;
  /** What a new row gets without the member. `now`: the time of the request; undefined: null. */
  readonly fallback?: 'now' | { readonly value: unknown };
  /** A change of it needs `If-Match`: what it was counts, since others change it meanwhile. */
  readonly conditional?: true;
  /** Stored as ciphertext. */
  readonly encrypted?: true;
  /** Of a text: characters at least, and at most where the column has no length or a greater one. */
  readonly least?: number;
  readonly most?: number;
  /** Smallest and greatest number allowed; of a number without an upper end the greatest is Infinity. */
  readonly range?: readonly [number, number];
}

/** The id of a row of the same tenant that the caller can see. */
export interface ReferenceMember {
  readonly kind: 'reference';
  readonly required: boolean;
  readonly table: string;
  readonly deleted?: string;
  /** Columns that must equal the item's own: an enrolment is one of the call's customer. */
  readonly matching?: readonly string[];
  /** A new row without it has the user who asks. */
  readonly fallback?: 'caller';
  readonly scopes?: Readonly<Record<string, RowScope>>;
}

/** Ids of linked rows: what is named replaces what was linked. */
export interface LinksMember {
  readonly kind: 'links';
  readonly link: string;
  readonly target: string;
}

/** Linking by path: `:id/<path>/:<target>_id/`. */
export interface Link {
  readonly path: string;
  readonly link: string;
  readonly target: string;
}

/** Another column's number, rounded half away from zero. */
export interface Derived {
  readonly kind: 'rounded';
  readonly from: string;
}
