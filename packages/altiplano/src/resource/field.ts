import type { Bitmap } from './bitmap.ts';
import type { OwnRows } from './resource.ts';

/** What a reply holds for one row. Columns are named as in the database; keys of the reply are the record's keys. */
export type Field =
  | EncryptedField
  | ColumnField
  | OneField
  | ChosenField
  | NamesField
  | FirstField
  | ChildrenField
  | ObjectField
  | AggregateField;

/** A text column that holds ciphertext, shown as what was encrypted: only in details. */
export interface EncryptedField {
  readonly kind: 'encrypted';
  readonly column: string;
}

export interface ColumnField {
  readonly kind: 'column';
  readonly column: string;
}

/** The row a foreign key points at, or null. */
export interface OneField {
  readonly kind: 'one';
  readonly table: string;
  /** The resource's own column that holds the other row's `id`. */
  readonly by: string;
  readonly fields: readonly string[];
  /** The other table's rows are of no tenant: users that several have. What of them the app's role may read, its policy says. */
  readonly shared?: true;
}

/** A value of the row that a key points at, where another column says in which table: what an actor is called. Null if none has it. */
export interface ChosenField {
  readonly kind: 'chosen';
  /** The resource's own columns: what kind of row it is, and its `id`. */
  readonly tag: string;
  readonly by: string;
  /** What the tag may say, and the table it means. */
  readonly tables: Readonly<Record<string, string>>;
  readonly value: string;
}

/** One text column of the rows on the other side of a link table, sorted by code point; `[]` if none. */
export interface NamesField {
  readonly kind: 'names';
  readonly link: string;
  readonly table: string;
  readonly value: string;
}

/** The first child row in an order, or null; with `through`, the row it points at instead of the child itself. */
export interface FirstField {
  readonly kind: 'first';
  readonly source: Source;
  readonly order: readonly Order[];
  readonly through?: { readonly table: string; readonly by: string; readonly where: Readonly<Record<string, string>> };
  readonly fields: readonly string[];
  /** The value of the one field instead of an object: the least or greatest of a column, nulls apart. */
  readonly single?: true;
}

/** The first child rows in an order, so many at most, as a list of objects; `[]` if there are none. */
export interface ChildrenField {
  readonly kind: 'children';
  readonly source: Source;
  readonly order: readonly Order[];
  /** What each shows: its columns, and the rows that they point at. */
  readonly fields: Readonly<Record<string, ColumnField | OneField>>;
  readonly most: number;
}

export interface ObjectField {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Field>>;
}

/** Child rows of a resource: a table, its column that names the parent, and what marks a row as deleted. */
export interface Source {
  readonly table: string;
  readonly parent: string;
  readonly deleted?: string;
  /** Table that keeps every figure over these rows up to date; without one, figures are computed from the rows. */
  readonly rollup?: string;
  /** Role → the child rows it may see, where the resource's own rows are seen by all: a tenant's figures. */
  readonly scopes?: Readonly<Record<string, 'all' | OwnRows>>;
  /** Bitmaps of these rows: a tenant's are counted by their arithmetic. */
  readonly bitmap?: Bitmap | null;
}

/**
 * A figure over all live child rows. This is the seam of rollups: a plan decides whether it is computed from the
 * children or read from a maintained aggregate.
 */
export interface AggregateField {
  readonly kind: 'aggregate';
  readonly source: Source;
  readonly measure: Measure | Average;
  readonly where: readonly Condition[];
}

/** A sum by a count of the rows that have a value, rounded half away from zero once, at the end; null where there are none. */
export interface Average {
  readonly kind: 'average';
  readonly column: string;
  readonly decimals: number;
}

export type Measure =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum'; readonly column: string }
  /** Exact product of columns (null counts 0), divided once, rounded half away from zero once, at the end. */
  | {
      readonly kind: 'money';
      readonly factors: readonly string[];
      readonly divisor: number;
      readonly decimals: number;
    };

export type Condition =
  | { readonly kind: 'equals'; readonly column: string; readonly value: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'present'; readonly column: string }
  /** Later than the request's instant less so many seconds; no upper end. */
  | { readonly kind: 'within'; readonly column: string; readonly seconds: number }
  /** In the UTC calendar month of the request's instant. */
  | { readonly kind: 'month'; readonly column: string };

export interface Order {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}
