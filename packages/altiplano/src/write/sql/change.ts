import { ofTenant, type Scope, table, visible } from '../../sql/scope.ts';
import { literal, name, where, writingTable } from '../../sql/text.ts';
import type { WritePlan } from '../plan/plan.ts';
import { linkTable } from './create.ts';
import { READY } from './ready.ts';

/** Named members only; an item that names none leaves its row as it is, to the last byte. */
export function changeTables(scope: Scope, plan: WritePlan): readonly string[] {
  const key = name(scope.target.key);
  const sets = [
    ...plan.columns.map(({ name: column }) => {
      const sent = name(column);
      return `${sent} = case when ${literal(column)} = any(i.alt_named) then i.${sent} else t.${sent} end`;
    }),
    ...touch(plan),
  ];
  const update = [
    `update ${table(scope)} t`,
    `set ${sets.join(',\n    ')}`,
    'from items i',
    where([...visible(scope), `t.${key} = i.${key}`, "i.alt_named <> '{}'", READY]),
  ].join('\n');
  return [
    writingTable('changed', update),
    ...plan.links.flatMap((link) => {
      const isNamed = `${literal(link.member)} = any(i.alt_named)`;
      const unlink = [
        `delete from ${table(scope, link.link)} l`,
        'using items i',
        where([
          isNamed,
          ...ofTenant(scope, 'l'),
          `l.${name(link.parentColumn)} = i.${key}`,
          `l.${name(link.targetColumn)} <> all(i.${name(link.member)})`,
          READY,
        ]),
      ].join('\n');
      return [writingTable(`unlinked_${link.target}`, unlink), linkTable(scope, link, [isNamed])];
    }),
  ];
}

/** The row stays and nobody sees it any more; where nothing marks it so, it goes, and its children by their foreign keys. */
export function deleteTables(scope: Scope, plan: WritePlan): readonly string[] {
  const { key, deleted } = scope.target;
  const named = where([...visible(scope), `t.${name(key)} = i.${name(key)}`, READY]);
  if (deleted === null) return [writingTable('removed', `delete from ${table(scope)} t\nusing items i\n${named}`)];
  const sets = [
    `${name(deleted)} = true`,
    ...(plan.stamp === null ? [] : [`${name(plan.stamp)} = statement_timestamp()`]),
    ...touch(plan),
  ];
  const update = [`update ${table(scope)} t`, `set ${sets.join(', ')}`, 'from items i', named].join('\n');
  return [writingTable('removed', update)];
}

/**
 * Always on: `now()` is when the transaction began, before it waited for its locks, and so may be earlier than what another
 * one has written meanwhile. One time for all rows of a statement.
 */
export function touch({ touched }: WritePlan): readonly string[] {
  return touched === null
    ? []
    : [`${name(touched)} = greatest(statement_timestamp(), t.${name(touched)} + interval '1 microsecond')`];
}
