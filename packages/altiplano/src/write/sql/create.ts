import { type Scope, table } from '../../sql/scope.ts';
import { commonTable, indent, list, name, writingTable } from '../../sql/text.ts';
import type { WritePlan } from '../plan/plan.ts';
import { READY } from './ready.ts';
import { tenantValues } from './tenant.ts';

/** New rows and their links, in the order of their keys. */
export function createTables(scope: Scope, plan: WritePlan): readonly string[] {
  const { key } = scope.target;
  const { numbered } = plan;
  const values: readonly (readonly [column: string, value: string])[] = [
    ...(numbered ? [] : [[key, `i.${name(key)}`] as const]),
    ...tenantValues(scope),
    ...plan.columns.map(
      (column) =>
        [column.name, column.now ? `coalesce(i.${name(column.name)}, now())` : `i.${name(column.name)}`] as const,
    ),
    ...Object.entries(plan.derived).map(([column, { from }]) => [column, rounded(`i.${name(from)}`)] as const),
  ];
  const insert = [
    `insert into ${table(scope)} (${list(values.map(([column]) => name(column)))})`,
    `select\n${indent(values.map(([, value]) => value).join(',\n'))}`,
    'from items i',
    `where ${READY}`,
    ...(numbered ? ['order by i.alt_position', `returning ${name(key)}`] : [`order by i.${name(key)}`]),
  ].join('\n');
  return [
    writingTable('created', insert),
    ...(numbered ? [commonTable('numbered', numbers(name(key)))] : []),
    ...plan.links.map((link) => linkTable(scope, link, [], numbered)),
  ];
}

/** Rows get their numbers in the order they are written in, so that of the items. */
function numbers(key: string): string {
  return `select c.${key}, row_number() over (order by c.${key}) - 1 as position\nfrom created c`;
}

/**
 * Half away from zero, exactly: what lies behind the point of a double is a double, while `round` of one goes to the even
 * neighbour and the way over numeric cuts it to 15 digits (0.49999999999999994 would become 1).
 */
function rounded(value: string): string {
  return `trunc(${value}) + sign(${value}) * (abs(${value} - trunc(${value})) >= 0.5)::int`;
}

/** The links an item names; the same one again is none. */
export function linkTable(
  scope: Scope,
  link: WritePlan['links'][number],
  conditions: readonly string[],
  numbered = false,
): string {
  const key = name(scope.target.key);
  const tenant = tenantValues(scope);
  const columns = [...tenant.map(([column]) => column), link.parentColumn, link.targetColumn].map(name);
  const query = [
    `insert into ${table(scope, link.link)} (${list(columns)})`,
    `select ${list([...tenant.map(([, value]) => value), `${numbered ? 'n' : 'i'}.${key}`, 'of_link.id'])}`,
    `from items i${numbered ? ' join numbered n on n.position = i.alt_position' : ''}, unnest(i.${name(link.member)}) as of_link (id)`,
    `where ${[READY, ...conditions].join(' and ')}`,
    `order by ${list(columns.map((_, index) => String(index + 1)))}`,
    'on conflict do nothing',
  ].join('\n');
  return writingTable(`linked_${link.target}`, query);
}
