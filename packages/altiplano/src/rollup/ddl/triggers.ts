import { rowsOf } from '../../keep/rows-of.ts';
import { indent, list, literal, name } from '../../sql/text.ts';
import { deltaColumns, singleDeltas, summedDeltas } from './delta.ts';
import { isOrdered, liveParents } from './order-columns.ts';
import { isLive, keyColumns, relevantColumns, type Shape } from './shape.ts';

const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;

/** One function and one trigger for each event: transition tables allow no more. */
export function triggers(shape: Shape): string {
  const { rollup } = shape;
  return [
    ...statementFunctions(shape),
    truncateFunction(shape),
    `revoke execute on function ${list(EVENTS.map((event) => `${name(`${rollup.name}_${event}`)}()`))} from public;`,
    EVENTS.map((event) => createTrigger(shape, event)).join('\n'),
  ].join('\n\n');
}

/** What insert, update and delete of children do. */
export function statementFunctions(shape: Shape): readonly string[] {
  return [
    onStatement(shape, 'insert', cameIn(shape)),
    onStatement(shape, 'update', changedOver(shape)),
    onStatement(shape, 'delete', wentOut(shape)),
  ];
}

function cameIn(shape: Shape): string {
  return `changed as (
  select 1::bigint as sign, n.* from ${rowsOf(shape.rollup, 'new_rows', 'n')} where ${isLive(shape, 'n')}
)`;
}

function wentOut(shape: Shape): string {
  return `changed as (
  select (-1)::bigint as sign, o.* from ${rowsOf(shape.rollup, 'old_rows', 'o')} where ${isLive(shape, 'o')}
)`;
}

/** Whatever a row changed, parent and tenant included: it went with its old values and came with its new ones. */
function changedOver(shape: Shape): string {
  const columns = (alias: string) =>
    list([
      ...relevantColumns(shape).map((column) => `${alias}.${name(column)}`),
      ...shownColumns(shape).map((column) => exactly(shape, alias, column)),
    ]);
  const old = `select ${columns('o')} from ${rowsOf(shape.rollup, 'old_rows', 'o')} where ${isLive(shape, 'o')}`;
  const fresh = `select ${columns('n')} from ${rowsOf(shape.rollup, 'new_rows', 'n')} where ${isLive(shape, 'n')}`;
  return `gone as (
  ${old}
  except all
  ${fresh}
), come as (
  ${fresh}
  except all
  ${old}
), changed as (
  select (-1)::bigint as sign, g.* from gone g
  union all
  select 1::bigint, c.* from come c
)`;
}

/** Columns that only first rows look at. */
function shownColumns(shape: Shape): readonly string[] {
  const shown = shape.rollup.firsts.flatMap(({ order, fields }) => [...order.map(({ column }) => column), ...fields]);
  return [...new Set(shown)].filter((column) => !relevantColumns(shape).includes(column) || !isPlain(shape, column));
}

/** Equal and shown alike. */
function isPlain({ types }: Shape, column: string): boolean {
  return /^(uuid|boolean|smallint|integer|bigint|timestamp with time zone|date)$/.test(types[column] ?? '');
}

/** 0 and -0, 1.0 and 1.00 are equal and shown differently: what is shown is compared as it is stored. */
function exactly(shape: Shape, alias: string, column: string): string {
  const reference = `${alias}.${name(column)}`;
  const label = name(`${column}_shown`);
  const type = shape.types[column] ?? '';
  if (isPlain(shape, column)) return reference;
  if (type === 'double precision') return `float8send(${reference}) as ${label}`;
  if (type === 'real') return `float4send(${reference}) as ${label}`;
  return `${reference}::text collate "C" as ${label}`;
}

/** Up to so many rows of a parent are written as they are: to sum one up takes 60 µs, to write it 15. */
const FEW = 8;

function onStatement(shape: Shape, event: 'insert' | 'update' | 'delete', changed: string): string {
  const { rollup } = shape;
  const insert = `insert into ${name(`${rollup.name}_delta`)} (\n  ${deltaColumns(shape)})`;
  const rows = event === 'delete' ? 'old_rows' : 'new_rows';
  const generation = `coalesce((
    select r.generation from altiplano.rollup r
    where r.schema_name = tg_table_schema and r.name = ${literal(rollup.name)}), 0)`;
  const touched = [...(event === 'insert' ? [] : ['old_rows']), ...(event === 'delete' ? [] : ['new_rows'])]
    .map(
      (table) =>
        `select ${keyColumns(shape)} from ${rollup.untenanted === true ? rowsOf(rollup, table, table) : table}`,
    )
    .join(' union ');
  return `create function ${name(`${rollup.name}_${event}`)}() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from ${rowsOf(rollup, rows, 'r')} group by ${keyColumns(shape, 'r')} having count(*) > ${FEW}) then
${indent(`with ${changed}\n${insert}\n${singleDeltas(shape, generation)};`, 4)}
  else
${indent(`with ${changed}${summedDeltas(shape, generation).replace('INSERT', insert)};`, 4)}
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform ${name(`${rollup.name}_bound`)}(${keyColumns(shape, 't')})
    from (${touched} order by 1, 2) t;${isOrdered(shape) ? caughtUp(shape, touched) : ''}
  end if;
  return null;
end $$;`;
}

export function truncateFunction(shape: Shape): string {
  const { rollup } = shape;
  const tables = ['', '_delta'].map((suffix) => name(`${rollup.name}${suffix}`));
  return `create function ${name(`${rollup.name}_truncate`)}() returns trigger
language plpgsql security definer set search_path from current as $$
begin
${isOrdered(shape) ? truncateOrdered(shape) : ''}  truncate ${list(tables)};${isOrdered(shape) ? placeAll(shape) : ''}
  return null;
end $$;`;
}

const TRANSITIONS = {
  insert: 'referencing new table as new_rows ',
  update: 'referencing old table as old_rows new table as new_rows ',
  delete: 'referencing old table as old_rows ',
  truncate: '',
} as const;

function caughtUp({ rollup, key }: Shape, touched: string): string {
  return `
    perform ${name(`${rollup.name}_catch_up`)}(t.${name(key[0])}) from (${touched}) t group by t.${name(key[0])};`;
}

/** Parents stay where they are, without children. A snapshot from before would not see all of them. */
function truncateOrdered({ rollup }: Shape): string {
  return `  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception ${literal(`${rollup.source.table} cannot be truncated in an older snapshot`)} using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level read committed;';
  end if;
`;
}

function placeAll(shape: Shape): string {
  return `
  insert into ${name(shape.rollup.name)} (${keyColumns(shape)}, live, folded)
  select ${keyColumns(shape, 'p')}, 1, '1:1:' from (${liveParents(shape)}) p;`;
}

function createTrigger({ rollup }: Shape, event: (typeof EVENTS)[number]): string {
  return `create trigger ${name(triggerName(rollup.name, event))} after ${event} on ${name(rollup.source.table)}
  ${TRANSITIONS[event]}for each statement execute function ${name(`${rollup.name}_${event}`)}();`;
}

/** A child may feed several rollups, so a trigger is named after its own. */
function triggerName(rollup: string, event: string): string {
  return `altiplano_${rollup}_${event}`;
}

export function dropTriggers({ rollup }: Shape): string {
  return EVENTS.map(
    (event) => `drop trigger ${name(triggerName(rollup.name, event))} on ${name(rollup.source.table)};
drop function ${name(`${rollup.name}_${event}`)}();`,
  ).join('\n');
}
