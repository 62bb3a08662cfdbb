import type { Resource } from '../resource/resource.ts';
import type { States } from '../resource/writes.ts';
import { literal, name } from '../sql/text.ts';

/** Triggers that hold declared states against whoever writes, the owner included: `altiplano states sql`. A row may stay where it is. */
export function statesMigration(resources: readonly Resource[]): string {
  const machines = resources.flatMap(({ table, writes }) =>
    (writes?.states ?? []).map((states) => ({ table, states })),
  );
  return `-- Where rows go from where they are, whoever writes. Printed by the declaration (\`altiplano states sql\`).
-- Up Migration
${machines.map(({ table, states }) => up(table, states)).join('\n')}
-- Down Migration
${machines
  .map(({ table, states }) => {
    const guard = guardOf(table, states);
    return `drop trigger ${guard} on ${name(table)};\ndrop function ${guard}();`;
  })
  .join('\n')}
`;
}

const guardOf = (table: string, { column }: States): string => name(`${table}_${column}_moves`);

function up(table: string, states: States): string {
  const { column, moves } = states;
  const guard = guardOf(table, states);
  const pairs = Object.entries(moves).flatMap(([from, tos]) => tos.filter((to) => to !== from).map((to) => [from, to]));
  const listed = pairs.map(([from = '', to = '']) => `(${literal(from)}, ${literal(to)})`).join(', ');
  const [was, becomes] = [`old.${name(column)}`, `new.${name(column)}`];
  const isMove = pairs.length === 0 ? 'false' : `(${was}::text, ${becomes}::text) in (${listed})`;
  return `create function ${guard}() returns trigger language plpgsql as $$
begin
  if not coalesce(${isMove}, false) then
    raise exception '${table.replaceAll("'", "''").replaceAll('%', '%%')} does not go from % to %', ${was}, ${becomes}
      using errcode = 'check_violation', constraint = ${literal(guard)}, table = ${literal(table)};
  end if;
  return new;
end $$;
create trigger ${guard} before update of ${name(column)} on ${name(table)}
  for each row when (${was} is distinct from ${becomes}) execute function ${guard}();
`;
}
