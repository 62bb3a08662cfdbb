import type { DetailPlan, Entry, Predicate, Target } from '../../plan/plan.ts';
import type { ValueType } from '../../resource/filter.ts';
import type { KeyType } from '../../resource/resource.ts';
import type { Derived, States } from '../../resource/writes.ts';
import type { WriteAction } from '../call.ts';
import type { IdempotencyKey, Item } from '../change.ts';

/** What will be written, for whom and on which conditions. */
export interface WritePlan {
  readonly action: WriteAction;
  readonly bulk: boolean;
  readonly target: Target;
  readonly entry: Entry;
  readonly items: readonly Item[];
  /** Which rows the caller may write. */
  readonly conditions: readonly Predicate[];
  /** What every row a scoped caller creates or changes must hold. */
  readonly own: RowValue | null;
  /** What a row must have, before and after, for the caller to write it, one of these; null: no matter. */
  readonly writable: readonly WriteCondition[] | null;
  /** Where rows go from where they are. */
  readonly states: readonly PlannedStates[];
  /** Columns a body can set, and those of a new row that the caller sets. */
  readonly columns: readonly WrittenColumn[];
  readonly derived: Readonly<Record<string, Derived>>;
  readonly references: readonly PlannedReference[];
  readonly links: readonly (PlannedLink & { readonly member: string })[];
  /** Of `link` and `unlink`. */
  readonly linked: (PlannedLink & { readonly id: string }) | null;
  readonly touched: string | null;
  readonly stamp: string | null;
  /** New rows that get their keys from the database: only the statement that writes them knows which. */
  readonly numbered: boolean;
  readonly tags: readonly string[] | null;
  readonly key: IdempotencyKey | null;
  /** Where the one new row will be read, from the root of the server: what stands around its key. */
  readonly location: { readonly before: string; readonly after: string } | null;
  readonly shown: Pick<DetailPlan, 'fields' | 'aggregates'>;
  /** Rows that one statement writes at most. */
  readonly most: number;
}

export interface PlannedStates extends States {
  /** States the caller may not bring a row to. */
  readonly barred: readonly string[];
}

export interface RowValue {
  readonly column: string;
  readonly type: ValueType;
  /** None: no row has it. */
  readonly values: readonly string[];
}

/** With `complement` the row has none of the values. */
export interface WriteCondition extends RowValue {
  readonly complement: boolean;
}

export interface WrittenColumn {
  readonly name: string;
  /** As PostgreSQL prints it, for example `character varying(255)`. */
  readonly type: string;
  /** A new row without it gets the time of the request. */
  readonly now: boolean;
}

export interface PlannedReference {
  readonly column: string;
  readonly table: string;
  readonly deleted: string | null;
  readonly matching: readonly string[];
  /** The rows that may be named: one of these has to hold. */
  readonly scope: readonly RowValue[] | null;
}

export interface PlannedLink {
  readonly link: string;
  readonly target: string;
  readonly parentColumn: string;
  readonly targetColumn: string;
  readonly targetType: KeyType;
}
