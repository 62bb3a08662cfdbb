import { type Scope, table, visible } from '../../sql/scope.ts';
import { indent, literal, name, where } from '../../sql/text.ts';
import type { WriteCondition, WritePlan } from '../plan/plan.ts';

/**
 * Rows that the caller sees and may not write, as they are or as they would be: selects of `problems`. What is not there for
 * it is not told from what nobody has.
 */
export function deniedRows(scope: Scope, { action, writable, columns }: WritePlan): readonly string[] {
  if (writable === null) return [];
  const key = name(scope.target.key);
  const about = writable[0]?.column ?? scope.target.key;
  const sent = (column: string) => columns.some((one) => one.name === column);
  if (action === 'create') {
    const made = (column: string) => (sent(column) ? `i.${name(column)}` : 'null');
    return [[select(about), 'from items i', where([denied(scope, writable, made)])].join('\n')];
  }
  const rows = ['from items i', `join page p on p.${key} = i.${key}`, `join ${table(scope)} t on t.${key} = p.${key}`];
  const was = (column: string) => `t.${name(column)}`;
  const before = [select(scope.target.key), ...rows, where([...visible(scope), denied(scope, writable, was)])];
  const becomes = writable.filter(({ column }) => sent(column));
  if (action !== 'change' || becomes.length === 0) return [before.join('\n')];
  const will = (column: string) =>
    sent(column)
      ? `case when ${literal(column)} = any(i.alt_named) then i.${name(column)} else t.${name(column)} end`
      : was(column);
  const after = [
    select(becomes[0]?.column ?? about),
    ...rows,
    where([...visible(scope), denied(scope, writable, will)]),
  ];
  return [before.join('\n'), after.join('\n')];
}

const select = (member: string) =>
  `select i.alt_position as position, ${literal(member)} as member, 'denied' as problem`;

type Expression = (column: string) => string;

function denied(scope: Scope, writable: readonly WriteCondition[], expression: Expression): string {
  if (writable.length === 0) return 'true';
  const any = writable.map((condition) => holds(scope, condition, expression(condition.column)));
  return any.length === 1 ? `(${any[0]}) is not true` : `(\n${indent(any.join('\nor '))}\n) is not true`;
}

/** Null has none of the values. */
function holds({ parameters }: Scope, { type, values, complement }: WriteCondition, value: string): string {
  const bound = parameters.bind(values, `${type}[]`);
  return complement ? `(${value} = any(${bound})) is not true` : `${value} = any(${bound})`;
}
