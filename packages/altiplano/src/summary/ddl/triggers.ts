import { indent, list, literal, name } from '../../sql/text.ts';
import { adds, counts, figureNames, keys, part, type Shape } from './shape.ts';

const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;
type Event = (typeof EVENTS)[number];

const TRANSITIONS: Readonly<Record<Event, string>> = {
  insert: 'referencing new table as new_rows ',
  update: 'referencing old table as old_rows new table as new_rows ',
  delete: 'referencing old table as old_rows ',
  truncate: '',
};

/** One function and one trigger for each event: transition tables allow no more. */
export function triggers(shape: Shape): string {
  return [
    onStatement(shape, 'insert', [side(shape, 'new_rows', 'n', 1)]),
    onStatement(shape, 'update', [side(shape, 'old_rows', 'o', -1), side(shape, 'new_rows', 'n', 1)]),
    onStatement(shape, 'delete', [side(shape, 'old_rows', 'o', -1)]),
    onTruncate(shape),
    `revoke execute on function ${list(EVENTS.map((event) => `${part(shape, event)}()`))} from public;`,
    EVENTS.map((event) => createTrigger(shape, event)).join('\n'),
  ].join('\n\n');
}

/** What rows take away with their old values, and bring with their new ones. */
function side(shape: Shape, rows: string, alias: string, sign: 1 | -1): string {
  const { summary, key } = shape;
  const signed = (value: string) => (sign === 1 ? value : `-(${value})`);
  const columns = [
    ...key.map((column) => `${column.of(alias)} as ${name(column.name)}`),
    `${sign} as rows`,
    ...summary.figures.map((figure) => `${signed(adds(shape, figure, alias))} as ${name(figure.name)}`),
  ];
  return `select ${columns.join(', ')}\nfrom ${rows} ${alias}\nwhere ${counts(shape, alias)}`;
}

/** A delta for each group a statement touched, in key order; none where what came is what went. */
function onStatement(shape: Shape, event: Event, sides: readonly string[]): string {
  const { summary } = shape;
  const figures = figureNames(shape);
  return `create function ${part(shape, event)}() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = ${literal(summary.name)}), 0);
begin
  insert into ${part(shape, 'delta')} (generation, ${keys(shape)}, ${list(figures)})
  select current, ${keys(shape, 'c')}, ${list(figures.map((figure) => `sum(c.${figure})`))}
  from (
${indent(sides.join('\nunion all\n'), 4)}
  ) c
  group by ${keys(shape, 'c')}
  having ${figures.map((figure) => `sum(c.${figure}) <> 0`).join(' or ')}
  order by ${keys(shape, 'c')};
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform ${part(shape, 'bound')}();
  end if;
  return null;
end $$;`;
}

function onTruncate(shape: Shape): string {
  return `create function ${part(shape, 'truncate')}() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate ${name(shape.summary.name)}, ${part(shape, 'delta')}${shape.summary.best ? `, ${part(shape, 'ranking')}` : ''};
  return null;
end $$;`;
}

function createTrigger(shape: Shape, event: Event): string {
  const { name: summary, table } = shape.summary;
  return `create trigger ${name(`altiplano_${summary}_${event}`)} after ${event} on ${name(table)}
  ${TRANSITIONS[event]}for each statement execute function ${part(shape, event)}();`;
}

export function dropTriggers(shape: Shape): string {
  const { name: summary, table } = shape.summary;
  return EVENTS.map(
    (event) => `drop trigger ${name(`altiplano_${summary}_${event}`)} on ${name(table)};
drop function ${part(shape, event)}();`,
  ).join('\n');
}
