import { type Scope, table } from '../../sql/scope.ts';
import { indent, literal, name, where } from '../../sql/text.ts';
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
    where([...stillThere(scope), `t.${key} = i.${key}`, "i.alt_named <> '{}'", READY]),
  ].join('\n');
  return [
    `changed as (\n${indent(update)}\n)`,
    ...plan.links.flatMap((link) => {
      const isNamed = `${literal(link.member)} = any(i.alt_named)`;
      const unlink = [
        `delete from ${table(scope, link.link)} l`,
        'using items i',
        where([
          isNamed,
          `l.${name(scope.target.tenant.column)} = ${scope.tenant}`,
          `l.${name(link.parentColumn)} = i.${key}`,
          `l.${name(link.targetColumn)} <> all(i.${name(link.member)})`,
          READY,
        ]),
      ].join('\n');
      return [`unlinked_${link.target} as (\n${indent(unlink)}\n)`, linkTable(scope, link, [isNamed])];
    }),
  ];
}

/** The row stays; nobody sees it any more. */
export function deleteTables(scope: Scope, plan: WritePlan): readonly string[] {
  const { key, deleted } = scope.target;
  const sets = [
    `${name(deleted)} = true`,
    ...(plan.stamp === null ? [] : [`${name(plan.stamp)} = now()`]),
    ...touch(plan),
  ];
  const update = [
    `update ${table(scope)} t`,
    `set ${sets.join(', ')}`,
    'from items i',
    where([...stillThere(scope), `t.${name(key)} = i.${name(key)}`, READY]),
  ].join('\n');
  return [`removed as (\n${indent(update)}\n)`];
}

/** Never back, even where an earlier transaction commits after a later one. */
export function touch({ touched }: WritePlan): readonly string[] {
  return touched === null ? [] : [`${name(touched)} = greatest(now(), t.${name(touched)})`];
}

export function stillThere(scope: Scope): readonly string[] {
  const { tenant, deleted } = scope.target;
  return [`t.${name(tenant.column)} = ${scope.tenant}`, `not t.${name(deleted)}`];
}
