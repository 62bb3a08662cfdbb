import { SAMPLE_PAGES } from '../plan/bound.ts';
import type { ListPlan } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { predicate } from './predicate.ts';
import { type Scope, table, visible } from './scope.ts';
import { indent, literal, where } from './text.ts';

/** The `count` column of a resource without bitmaps: how many rows match, whatever page is shown. */
export function countColumn(scope: Scope, plan: ListPlan): string {
  if (plan.count === 'none') return 'null';
  if (plan.access.kind === 'nothing') return '0::bigint';
  const matching = where([...visible(scope), ...plan.conditions.map((condition) => predicate(scope, condition))]);
  const counting =
    plan.count === 'exact' ? `select count(*)\nfrom ${table(scope)} t\n${matching}` : estimated(scope, matching);
  return `case when ${ENTERED} then (\n${indent(counting)}\n) end`;
}

/** 200 random pages of the table are counted and scaled: bounded, fair to every condition, never less than what is shown. */
function estimated(scope: Scope, matching: string): string {
  const size = `pg_relation_size(${literal(table(scope))}) / 8192.0`;
  const sample = [
    `select (count(*) * greatest(${size} / ${SAMPLE_PAGES}, 1))::bigint`,
    `from ${table(scope)} t tablesample system (least(100, ${SAMPLE_PAGES * 100} / greatest(${size}, 1)))`,
    matching,
  ].join('\n');
  return `select greatest((\n${indent(sample)}\n), (select count(*) from page))`;
}
