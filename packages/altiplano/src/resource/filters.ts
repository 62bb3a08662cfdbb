import type { Comparison, Digits, Filter, ValueType } from './filter.ts';

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const satisfies Record<string, Comparison>;

/**
 * Constructors of filters over columns `C`, with links through tables `T`. Each gives the query parameters it answers, so
 * a resource spreads them together.
 */
export const filtersOf = <C extends string, T extends string>() => ({
  /** `column=a,b` (and `column__in`), `column__neq=a,b`, `column__isnull=true`; with `nulls` also `column=null,a`; `as` is the parameter's name. */
  values(
    column: C,
    operators: readonly ('in' | 'neq' | 'isnull')[] = [],
    options: { readonly type?: ValueType; readonly nulls?: true; readonly as?: string } = {},
  ): Record<string, Filter> {
    const { type = 'text', as: parameter = column, ...nulls } = options;
    const base = { kind: 'values', column, type, list: true, ...nulls } as const;
    return {
      [parameter]: { ...base, negated: false },
      ...(operators.includes('in') ? { [`${parameter}__in`]: { ...base, negated: false } } : {}),
      ...(operators.includes('neq') ? { [`${parameter}__neq`]: { ...base, negated: true } } : {}),
      ...(operators.includes('isnull') ? { [`${parameter}__isnull`]: { kind: 'null', column } as const } : {}),
    };
  },
  /** One value: `column=v`; with `nulls` also `column=null`. */
  exact(column: C, type: ValueType, nulls: { readonly nulls?: true } = {}): Record<string, Filter> {
    return { [column]: { kind: 'values', column, type, list: false, negated: false, ...nulls } };
  },
  /** `column__gt`, `__gte`, `__lt`, `__lte` and `__neq`, as named. */
  range(
    column: C,
    type: ValueType,
    operators: readonly ('gt' | 'gte' | 'lt' | 'lte' | 'neq')[],
  ): Record<string, Filter> {
    const parameter = (operator: (typeof operators)[number]): Filter => {
      return operator === 'neq'
        ? { kind: 'values', column, type, list: false, negated: true }
        : { kind: 'compare', column, type, comparison: COMPARISONS[operator] };
    };
    return Object.fromEntries(operators.map((operator) => [`${column}__${operator}`, parameter(operator)]));
  },
  /**
   * Comparisons of a `numeric(precision, scale)`, exact to the last digit: `price__gte=9.90`. `as` names a parameter otherwise:
   * `{ gte: 'min_price' }`.
   */
  decimal(
    column: C,
    digits: Digits,
    operators: readonly ('gt' | 'gte' | 'lt' | 'lte')[],
    { as = {} }: { readonly as?: Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte', string>>> } = {},
  ): Record<string, Filter> {
    return Object.fromEntries(
      operators.map((operator): [string, Filter] => [
        as[operator] ?? `${column}__${operator}`,
        { kind: 'compare', column, type: 'numeric', comparison: COMPARISONS[operator], digits },
      ]),
    );
  },
  linked(
    link: T,
    target: T,
    names: { readonly any: readonly string[]; readonly none: string },
  ): Record<string, Filter> {
    const base = { kind: 'linked', link, target } as const;
    return {
      ...Object.fromEntries(names.any.map((name) => [name, { ...base, negated: false }])),
      [names.none]: { ...base, negated: true },
    };
  },
  /** By a text of the target: `category=shoes`, several of which are told apart by commas. */
  linkedBy(link: T, target: T, by: string, parameter: string): Record<string, Filter> {
    return { [parameter]: { kind: 'linked', link, target, by, negated: false } };
  },
  attributes(column: C): Record<string, Filter> {
    return { [column]: { kind: 'attribute', column } };
  },
  search(columns: readonly C[]): Record<string, Filter> {
    return { search: { kind: 'search', columns, least: 3 } };
  },
  /** What is alike, best first: without case and accents, whatever was mistyped. */
  ranked(column: C): Record<string, Filter> {
    return { search: { kind: 'search', columns: [column], least: 1, ranked: true } };
  },
});
