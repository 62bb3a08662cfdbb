import type { RowScope } from './resource.ts';

/** How a resource's rows are written: which actions, which body members, and what each stands for. */
export interface Writes {
  readonly actions: readonly ('create' | 'change' | 'delete')[];
  /** Items of one bulk request at most; null: no bulk endpoints. */
  readonly bulk: number | null;
  /** Body member → what it sets. The tenant's column and the key are no members: they are never changed. */
  readonly members: Readonly<Record<string, Member>>;
  readonly links: readonly Link[];
  /** Column that every change sets to the time of the change. */
  readonly touched: string | null;
  /** Column that a deletion sets to its time. */
  readonly stamp: string | null;
  /** Columns that follow from a member. */
  readonly derived: Readonly<Record<string, Derived>>;
}

export type Member = ColumnMember | ReferenceMember | LinksMember;

/** Type, length and whether null is allowed come from the database; a closed set of values from the resource's domains. */
export interface ColumnMember {
  readonly kind: 'column';
  readonly required: boolean;
  /** What a new row gets without the member. `now`: the time of the request; undefined: null. */
  readonly fallback?: 'now' | { readonly value: unknown };
  /** Smallest and greatest number allowed. */
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
