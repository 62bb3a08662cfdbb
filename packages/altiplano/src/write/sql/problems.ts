import { entityTag } from '../../sql/etag.ts';
import { ofTenant, type Scope, table } from '../../sql/scope.ts';
import { commonTable, literal, name, where } from '../../sql/text.ts';
import type { PlannedReference, RowValue, WritePlan } from '../plan/plan.ts';
import { deniedRows } from './denied.ts';

/**
 * What only the database can know to be wrong, for all items at once: rows `problems (position, member, problem)`.
 * `unknown`: a named row is not there for this caller; `foreign`: a scoped caller's row would be somebody else's;
 * `denied`: the caller sees the row and may not write it, or not so;
 * `missing`: the item's own row is not there; `stale`: it no longer has any of the tags.
 */
export function problemsTable(scope: Scope, plan: WritePlan): string {
  const { action, references, links, own, tags, linked } = plan;
  const bodied = action === 'create' || action === 'change';
  const found = [
    ...(action === 'create' ? [] : [missing(scope)]),
    ...(bodied ? references.map((reference) => unknownRow(scope, reference)) : []),
    ...(bodied ? links.map((link) => unknownLinks(scope, link)) : []),
    ...(bodied && own !== null && !keepsOwn(plan) ? [foreign(scope, plan)] : []),
    ...deniedRows(scope, plan),
    ...(tags === null ? [] : [stale(scope, tags)]),
    ...(linked === null
      ? []
      : [[select(linked.targetColumn, 'missing'), 'from items i', 'where not exists (select from target)'].join('\n')]),
  ];
  return commonTable('problems', (found.length === 0 ? [NOTHING] : found).join('\nunion all\n'));
}

const select = (member: string, problem: string) =>
  `select i.alt_position as position, ${literal(member)} as member, ${literal(problem)} as problem`;

const NOTHING = `select 0 as position, '' as member, '' as problem where false`;

function missing(scope: Scope): string {
  const key = name(scope.target.key);
  const exists = `exists (select from page p where p.${key} = i.${key})`;
  return [select(scope.target.key, 'missing'), 'from items i', where([`not ${exists}`])].join('\n');
}

function unknownRow(scope: Scope, { column, table: of, deleted, matching, scope: rows }: PlannedReference): string {
  const conditions = [
    ...ofTenant(scope, 'r'),
    `r.id = i.${name(column)}`,
    ...(deleted === null ? [] : [`not r.${name(deleted)}`]),
    ...matching.map((same) => `r.${name(same)} = i.${name(same)}`),
    ...(rows === null ? [] : [hasOne(scope, 'r', rows)]),
  ];
  const exists = `exists (select from ${table(scope, of)} r where ${conditions.join(' and ')})`;
  return [select(column, 'unknown'), 'from items i', where([`i.${name(column)} is not null`, `not ${exists}`])].join(
    '\n',
  );
}

function unknownLinks(scope: Scope, { member, target }: WritePlan['links'][number]): string {
  const row = [...ofTenant(scope, 'r'), 'r.id = of_link.id'].join(' and ');
  return [
    select(member, 'unknown'),
    `from items i, unnest(i.${name(member)}) as of_link (id)`,
    where([`not exists (select from ${table(scope, target)} r where ${row})`]),
  ].join('\n');
}

/** A change of the caller's own row of which no member says whose it is. */
function keepsOwn({ action, own, columns }: WritePlan): boolean {
  if (action !== 'change' || own === null || own.values.length === 0) return false;
  return columns.every(({ name: column }) => column !== own.column);
}

/**
 * A row that would be somebody else's, whoever that is: a scoped caller who is nobody has no rows. What a change does not
 * name stays the caller's own.
 */
function foreign(scope: Scope, { own, columns }: WritePlan): string {
  if (own === null) return NOTHING;
  const { column } = own;
  if (!columns.some((one) => one.name === column)) return [select(column, 'foreign'), 'from items i'].join('\n');
  return [
    select(column, 'foreign'),
    'from items i',
    where([`${literal(column)} = any(i.alt_named)`, `(${has(scope, 'i', own)}) is not true`]),
  ].join('\n');
}

function hasOne(scope: Scope, alias: string, rows: readonly RowValue[]): string {
  const any = rows.map((row) => has(scope, alias, row)).join(' or ');
  return rows.length === 1 ? any : `(${any})`;
}

/** Compared with one value as such: without any, with null, which no row equals. */
function has(scope: Scope, alias: string, { column, type, values }: RowValue): string {
  const several = values.length > 1;
  const bound = scope.parameters.bind(several ? values : (values[0] ?? null), several ? `${type}[]` : type);
  return `${alias}.${name(column)} = ${several ? `any(${bound})` : bound}`;
}

function stale(scope: Scope, tags: readonly string[]): string {
  const tag = `${entityTag('s.item')} = any(${scope.parameters.bind(tags, 'text[]')})`;
  return [select(scope.target.key, 'stale'), 'from items i, shown s', where([`not ${tag}`])].join('\n');
}

export const PROBLEMS_COLUMN = [
  "(select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)",
  '  order by p.position, p.member) from problems p)::text as problems',
].join('\n');
