import { COUNTED, SAMPLE_PAGES } from '../plan/bound.ts';
import type { Access, ListPlan, Path, UnorderedPath } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { checks, countKeys } from './join.ts';
import { pathKeys } from './path.ts';
import { predicate } from './predicate.ts';
import { type Scope, table, visible } from './scope.ts';
import { indent, literal, where } from './text.ts';

/** The `count` column: how many rows match, whatever page is shown. */
export function countColumn(scope: Scope, plan: ListPlan): string {
  if (plan.count === 'none') return 'null';
  if (plan.access.kind === 'nothing') return '0::bigint';
  const counting = plan.count === 'exact' ? exact(scope, plan) : estimated(scope, plan);
  return `case when ${ENTERED} then (\n${indent(counting)}\n) end`;
}

function matching(scope: Scope, { conditions }: ListPlan): string {
  return where([...visible(scope), ...conditions.map((condition) => predicate(scope, condition))]);
}

/**
 * Every matching row, from the narrowest terms there are: a search or postings lead to few rows of many; otherwise one
 * index-only scan is as quick as any.
 */
function exact(scope: Scope, plan: ListPlan): string {
  const path = narrowest(plan.access);
  if (path !== null) return countKeys(scope, path, checks({ scope, conditions: plan.conditions }));
  return `select count(*)\nfrom ${table(scope)} t\n${matching(scope, plan)}`;
}

function narrowest(access: Access): Path | UnorderedPath | null {
  const paths =
    access.kind === 'walk'
      ? [access.path]
      : access.kind === 'tries'
        ? [...access.tries.map(({ path }) => path), access.last]
        : [];
  return paths.find(({ kind }) => kind === 'postings') ?? paths.find(({ kind }) => kind === 'search') ?? null;
}

/**
 * Exact while few: a path that answers every condition is counted up to 1,200 entries. Beyond, and for other plans, 200
 * random pages of the table are counted and scaled: bounded, fair to every condition, and never less than what is known.
 */
function estimated(scope: Scope, plan: ListPlan): string {
  const size = `pg_relation_size(${literal(table(scope))}) / 8192.0`;
  const sample = [
    `select (count(*) * greatest(${size} / ${SAMPLE_PAGES}, 1))::bigint`,
    `from ${table(scope)} t tablesample system (least(100, ${SAMPLE_PAGES * 100} / greatest(${size}, 1)))`,
    matching(scope, plan),
  ].join('\n');
  if (plan.access.kind !== 'walk') return `select greatest((\n${indent(sample)}\n), (select count(*) from page))`;
  const few = pathKeys({ ...scope, position: null, backward: false }, plan.access.path, COUNTED + 1);
  return [
    `select case when f.count <= ${COUNTED} then f.count else greatest(f.count, (\n${indent(sample)}\n)) end`,
    `from (select count(*) from (\n${indent(few)}\n) k) f`,
  ].join('\n');
}
