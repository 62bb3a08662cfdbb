import type { Facet } from './filter.ts';

type Name<T> = Extract<keyof T, string>;

/** Constructors of facets over columns `C`, or over the rows of tables of `DB` that links lead to. */
export const facetsOf = <DB, C extends string>() => ({
  /** Counts by each column's values, under its own name. */
  columns(...columns: readonly C[]): Record<string, Facet> {
    return Object.fromEntries(columns.map((column) => [column, { kind: 'column', column } as const]));
  },
  /** Counts by what rows are linked to; `name` is what the target is called by. */
  linked<L extends Name<DB>, T extends Name<DB>>(
    facet: string,
    link: L,
    target: T,
    name: Name<DB[T]>,
  ): Record<string, Facet> {
    return { [facet]: { kind: 'linked', link, target, name } };
  },
});
