import type { Order } from './field.ts';
import type { ValueType } from './filter.ts';

/** One way to order a list, besides the default one: `order=name` asks for it, `order=-name` for the opposite. */
export type Ordering =
  | ({ readonly kind: 'column'; readonly nullable: boolean } & Omit<OrderColumn, 'direction' | 'nullable'>)
  /** A kept figure, by the path of its field joined with underscores: the column its rollup has it under. */
  | { readonly kind: 'figure'; readonly figure: string };

/** How an author declares one: a column with its type, or the path of a figure's field. */
export type OrderingDeclaration<C extends string> =
  | { readonly column: C; readonly type: ValueType; readonly nullable?: boolean }
  /** By the place of a text among `ranks`: the first comes first. Others come last, as nulls do, unless there are none. */
  | { readonly column: C; readonly ranks: readonly string[]; readonly nullable?: boolean }
  | { readonly figure: string };

/** A column of an order in force, with what it takes to compare with it. */
export interface OrderColumn extends Order {
  readonly type: ValueType;
  /** Nulls come last ascending and first descending, as an index has them. */
  readonly nullable?: boolean;
  /** Rows are in order of the column's place among these, a whole number. */
  readonly ranks?: readonly string[];
}

/** The order of one list: `columns` ends in the key; `figure` is what the first of them stands for, if not a column. */
export interface ChosenOrder {
  readonly columns: readonly OrderColumn[];
  readonly figure: string | null;
}

export function orderingsOf<C extends string>(
  declared: Readonly<Record<string, OrderingDeclaration<C>>>,
): Readonly<Record<string, Ordering>> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, ordering]): [string, Ordering] => [
      name,
      'figure' in ordering
        ? { kind: 'figure', figure: ordering.figure.replaceAll('.', '_') }
        : 'ranks' in ordering
          ? { kind: 'column', nullable: true, type: 'bigint', ...ordering }
          : { kind: 'column', nullable: false, ...ordering },
    ]),
  );
}
