import { rowsOf } from '../../keep/rows-of.ts';
import { indent, list, literal, name } from '../../sql/text.ts';
import { deltaColumns } from './delta.ts';
import { isThere, parentKey, zeros } from './order-columns.ts';
import { keyColumns, type Shape } from './shape.ts';

const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;
const TRANSITIONS = {
  insert: 'referencing new table as new_rows ',
  update: 'referencing old table as old_rows new table as new_rows ',
  delete: 'referencing old table as old_rows ',
  truncate: '',
} as const;

/**
 * Parents that come and go: whether one lives is a figure like any other, so that deleted ones have not to be walked over.
 * A new one gets its row at once: nobody else can hold it, and there is nothing to fold.
 */
export function parentTriggers(shape: Shape): string {
  const { rollup } = shape;
  const table = name(rollup.name);
  const live = (rows: string, alias: string) =>
    `select ${parentKey(shape, alias)} from ${rowsOf(rollup, rows, alias)} where ${isThere(rollup, alias)}`;
  const [was, now] = [live('old_rows', 'o'), live('new_rows', 'n')];
  return [
    onParents(
      shape,
      'insert',
      `with come as (
  select ${parentKey(shape, 'n')} from ${rowsOf(rollup, 'new_rows', 'n')} where ${isThere(rollup, 'n')}
), placed as (
  insert into ${table} (${keyColumns(shape)}, live, folded)
  select c.*, 1, '1:1:' from come c order by 1, 2
  on conflict do nothing -- it was there before, and was deleted
  returning ${keyColumns(shape)}
), changed as (
  -- No anti join: its plan is made for one row and kept, and would look at each placed one for each that came.
  select 1 as sign, c.* from (select * from come except all select * from placed) c
)`,
    ),
    onParents(
      shape,
      'update',
      `with changed as (
  select -1 as sign, g.* from (${was} except all ${now}) g
  union all
  select 1, c.* from (${now} except all ${was}) c
)`,
      // Hardly any update is one: finding that out costs less than writing nothing.
      `exists (${was} except all ${now})\n  or exists (${now} except all ${was})`,
    ),
    onParents(
      shape,
      'delete',
      `with changed as (
  select -1 as sign, ${parentKey(shape, 'o')} from ${rowsOf(rollup, 'old_rows', 'o')} where ${isThere(rollup, 'o')}
)`,
    ),
    truncated(shape),
    `revoke execute on function ${list(EVENTS.map((event) => `${functionName(shape, event)}()`))} from public;`,
    EVENTS.map(
      (event) => `create trigger ${triggerName(shape, event)} after ${event} on ${name(rollup.parent.table)}
  ${TRANSITIONS[event]}for each statement execute function ${functionName(shape, event)}();`,
    ).join('\n'),
  ].join('\n\n');
}

function onParents(shape: Shape, event: (typeof EVENTS)[number], changed: string, needed = 'true'): string {
  const { rollup } = shape;
  return `create function ${functionName(shape, event)}() returns trigger
language plpgsql security definer set search_path from current as $$
begin
${
  needed === 'true'
    ? ''
    : `  if not (${needed}) then
    return null;
  end if;
`
}${indent(changed)}
  insert into ${name(`${rollup.name}_delta`)} (
    ${deltaColumns(shape)}, live)
  select coalesce((
    select r.generation from altiplano.rollup r
    where r.schema_name = tg_table_schema and r.name = ${literal(rollup.name)}), 0),
    ${keyColumns(shape, 'c')}, ${list(zeros(shape))}, c.sign
  from changed c
  order by 2, 3;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform ${name(`${rollup.name}_catch_up`)}(t.${name(rollup.tenant)})
    from ${rowsOf(rollup, event === 'insert' ? 'new_rows' : 'old_rows', 't')} group by t.${name(rollup.tenant)};
  end if;
  return null;
end $$;`;
}

function truncated(shape: Shape): string {
  const { rollup } = shape;
  return `create function ${functionName(shape, 'truncate')}() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate ${name(rollup.name)}, ${name(`${rollup.name}_delta`)};
  return null;
end $$;`;
}

function functionName({ rollup }: Shape, event: string): string {
  return name(`${rollup.name}_parent_${event}`);
}

function triggerName({ rollup }: Shape, event: string): string {
  return name(`altiplano_${rollup.name}_parent_${event}`);
}

export function dropParentTriggers(shape: Shape): string {
  return EVENTS.map(
    (event) => `drop trigger ${triggerName(shape, event)} on ${name(shape.rollup.parent.table)};
drop function ${functionName(shape, event)}();`,
  ).join('\n');
}
