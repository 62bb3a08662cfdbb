import type { Resource } from '../resource/resource.ts';
import type { Conditions } from './conditions.ts';
import type { Access } from './plan.ts';

/** Chooses how the keys of a page are found. Pure; the choice depends on what is asked, never on statistics. */
export function chooseAccess(resource: Resource, conditions: Conditions, offset: number | null): Access {
  if (conditions.impossible) return { kind: 'nothing' };
  if (offset !== null && resource.bitmap !== null) return { kind: 'bitmap' };
  if (!isFiltered(conditions)) return { kind: 'walk', isChecked: false };
  return resource.bitmap === null ? { kind: 'walk', isChecked: true } : { kind: 'bitmap' };
}

/** What is alike is found by how many trigrams it shares; nothing else leads to it. */
export function chooseRanked({ order }: Resource, { impossible, search }: Conditions): Access | null {
  if (!search?.ranked) return null;
  return impossible ? { kind: 'nothing' } : { kind: 'ranked', usual: order };
}

/** The window apart: every walk in page order can start and stop at its bounds. */
export function isFiltered({ scope, sets, ranges, linked, excluded, attributes, any, search }: Conditions): boolean {
  return [scope, sets, ranges, linked, excluded, attributes, any].some(({ length }) => length > 0) || search !== null;
}
