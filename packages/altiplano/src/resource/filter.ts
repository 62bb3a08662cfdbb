/**
 * What one query parameter asks. Several parameters may speak of one column; what they allow is intersected before
 * any access path is chosen.
 */
export type Filter = ValuesFilter | NullFilter | CompareFilter | LinkedFilter | AttributeFilter | SearchFilter;

export type ValueType = 'text' | 'uuid' | 'float8' | 'boolean' | 'timestamptz';

/** `column IN (…)`, or with `negated` NOT IN, which keeps nulls. `list` parameters split at commas. */
export interface ValuesFilter {
  readonly kind: 'values';
  readonly column: string;
  readonly type: ValueType;
  readonly list: boolean;
  readonly negated: boolean;
}

/** `true`: the column is null; `false`: it is not. */
export interface NullFilter {
  readonly kind: 'null';
  readonly column: string;
}

export type Comparison = '<' | '<=' | '>' | '>=';

export interface CompareFilter {
  readonly kind: 'compare';
  readonly column: string;
  readonly type: ValueType;
  readonly comparison: Comparison;
}

/** Rows linked to any (negated: none) of the given ids. */
export interface LinkedFilter {
  readonly kind: 'linked';
  readonly link: string;
  readonly target: string;
  readonly negated: boolean;
}

/** `key=value`, repeatable: the top-level attribute's text (`->>`) equals the value. */
export interface AttributeFilter {
  readonly kind: 'attribute';
  readonly column: string;
}

/** Case-insensitive substring of any of the columns; shorter texts than `least` characters are refused. */
export interface SearchFilter {
  readonly kind: 'search';
  readonly columns: readonly string[];
  readonly least: number;
  /** The guarded function that finds rows: `(tenant, folded text, most) → (order columns)`, in no order; null is all. */
  readonly finder: string;
}

/** A column of few values: they can be enumerated, so a set of them is a set of index branches, never a scan. */
export interface Domain {
  readonly type: ValueType;
  readonly values: readonly string[];
  readonly nullable: boolean;
}
