import type { ValuesTerm } from '../request/request.ts';

/**
 * Both sets at once: (V₁)∩(V₂), V∖C, or the complement of both exclusions. A null is in only if it is in both.
 */
export function intersect(a: ValuesTerm, b: ValuesTerm): ValuesTerm {
  const nulls = a.nulls && b.nulls;
  const type = a.type === 'text' ? b.type : a.type;
  if (a.complement && b.complement) return { ...a, type, nulls, values: [...new Set([...a.values, ...b.values])] };
  const [kept, other] = a.complement ? [b, a] : [a, b];
  const values = kept.values.filter((value) => other.values.includes(value) !== other.complement);
  return { ...kept, type, nulls, values };
}

export function isEmpty(term: ValuesTerm): boolean {
  return !term.complement && !term.nulls && term.values.length === 0;
}

/** Allows every row, so it is no condition at all. */
export function isEverything({ complement, nulls, values }: ValuesTerm): boolean {
  return complement && nulls && values.length === 0;
}
