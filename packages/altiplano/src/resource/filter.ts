/**
 * What one query parameter asks. Several parameters may speak of one column; what they allow is intersected before
 * any access path is chosen.
 */
export type Filter = ValuesFilter | NullFilter | CompareFilter | LinkedFilter | AttributeFilter | SearchFilter;

export type ValueType = 'text' | 'uuid' | 'float8' | 'numeric' | 'bigint' | 'boolean' | 'timestamptz' | 'date';

/** Of a decimal: digits in all, and of these after the point, as `numeric(12,2)` says them. */
export type Digits = readonly [precision: number, scale: number];

/** Values of which there are too many for a term each, and which have an order that means something. */
export function isMeasure(type: ValueType): boolean {
  return type === 'float8' || type === 'numeric' || type === 'timestamptz' || type === 'date';
}

/**
 * `column IN (…)`, or with `negated` NOT IN, which keeps nulls. `list` parameters split at commas. With `nulls` the word
 * `null` is no value: it stands for rows that have none.
 */
export interface ValuesFilter {
  readonly kind: 'values';
  readonly column: string;
  readonly type: ValueType;
  readonly list: boolean;
  readonly negated: boolean;
  readonly nulls?: true;
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
  /** Of a decimal: what its column can hold, and so what can be asked for. */
  readonly digits?: Digits;
}

/** Rows linked to any (negated: none) of the given ids; with `by` of the targets whose column has one of the given texts. */
export interface LinkedFilter {
  readonly kind: 'linked';
  readonly link: string;
  readonly target: string;
  readonly by?: string;
  readonly negated: boolean;
}

/** `key=value`, repeatable: the top-level attribute's text (`->>`) equals the value. */
export interface AttributeFilter {
  readonly kind: 'attribute';
  readonly column: string;
}

/**
 * Case-insensitive substring of any of the columns; shorter texts than `least` characters are refused. `ranked`: what is
 * alike too, best first; of one or two letters what has a word that begins so.
 */
export interface SearchFilter {
  readonly kind: 'search';
  readonly columns: readonly string[];
  readonly least: number;
  readonly ranked?: true;
}

/** What the rows a request matches can be counted by: a column's values, or the targets they are linked to. */
export type Facet =
  | { readonly kind: 'column'; readonly column: string }
  /** `name` is the target's column that says what it is called. */
  | { readonly kind: 'linked'; readonly link: string; readonly target: string; readonly name: string };

/** A column of few values, in the order in which facets and documents name them. */
export interface Domain {
  readonly type: ValueType;
  readonly values: readonly string[];
  readonly nullable: boolean;
}
