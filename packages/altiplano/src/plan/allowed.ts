import type { ValuesTerm } from '../request/request.ts';
import type { Domain } from '../resource/filter.ts';

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

/** With all values known, an exclusion becomes the enumeration of what is left, and what is not a value drops out. */
export function enumerate(term: ValuesTerm, domain: Domain | undefined): ValuesTerm {
  if (domain === undefined) return term;
  const values = domain.values.filter((value) => term.values.includes(value) !== term.complement);
  return { ...term, type: domain.type, values, complement: false, nulls: term.nulls && domain.nullable };
}

export function isEmpty(term: ValuesTerm): boolean {
  return !term.complement && !term.nulls && term.values.length === 0;
}

/** Allows every row, so it is no condition at all. */
export function isEverything(term: ValuesTerm, domain: Domain | undefined): boolean {
  if (domain === undefined) return term.complement && term.nulls && term.values.length === 0;
  return term.values.length === domain.values.length && (term.nulls || !domain.nullable);
}
