import type { ListPlan } from '../../plan/plan.ts';

/** Rows that match: bits, and those that have no place yet. */
export const HITS =
  '(select coalesce(sum(bit_count(h.hit)), 0) from hits h) + (select count(*) from fresh f where f.hit)';

/** How many rows match: bits, and the few that have no place yet. Null when a text would have to be compared too often. */
export function bitmapCount({ count, selection }: ListPlan, verified: boolean): string {
  if (count === 'none' || selection === null) return 'null';
  return verified ? `case when (select v.yes from verifiable v) then ${HITS} end` : HITS;
}
