import { literal, name } from '../../sql/text.ts';
import { rankedOf, rankingTables } from './ranking.ts';
import { deltaTables, figureColumns, keys, part, type Shape } from './shape.ts';

/** Base and delta tables, and the type of a group's key. Nobody but their owner reads them: readers call `<name>_figures`. */
export function tables(shape: Shape): string {
  const { summary, key } = shape;
  const table = name(summary.name);
  const keyed = key.map((column) => `${name(column.name)} ${column.type} not null`);
  const figures = figureColumns(shape).map((column) => `${name(column.name)} ${column.type} not null`);
  const base = [
    ...keyed,
    ...figures.map((column) => `${column} default 0`),
    'folded pg_snapshot not null',
    `primary key (${keys(shape)})`,
  ];
  const delta = [
    'generation smallint not null',
    ...keyed,
    'writer xid8 not null default pg_current_xact_id()',
    'at timestamptz not null default clock_timestamp()',
    ...figures,
  ];
  const ranked = rankedOf(shape);
  const closed = [
    ...[table, part(shape, 'delta'), ...deltaTables(shape)],
    ...(ranked ? ['ranking', 'window'].map((one) => part(shape, one)) : []),
  ];
  return `create type ${part(shape, 'key')} as (${key.map((column) => `${name(column.name)} ${column.type}`).join(', ')});
create table ${table} (
  ${base.join(',\n  ')}
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table ${part(shape, 'delta')} (
  ${delta.join(',\n  ')}
) partition by list (generation);
create index on ${part(shape, 'delta')} (${keys(shape)}, writer);
create index on ${part(shape, 'delta')} (writer);
${deltaTables(shape)
  .map((one, generation) => `create table ${one} partition of ${part(shape, 'delta')} for values in (${generation});`)
  .join('\n')}
${ranked ? `\n${rankingTables(shape, ranked)}\n` : ''}
${closed
  .map(
    (one) => `alter table ${one} enable row level security, force row level security;
create policy altiplano_owner on ${one} to current_user using (true) with check (true);`,
  )
  .join('\n')}`;
}

export function dropTables(shape: Shape): string {
  return [
    ...(shape.summary.best ? [`drop table ${part(shape, 'ranking')}, ${part(shape, 'window')};`] : []),
    `drop table ${part(shape, 'delta')};`,
    `drop table ${name(shape.summary.name)};`,
    `drop type ${part(shape, 'key')};`,
    `delete from altiplano.summary where schema_name = current_schema() and name = ${literal(shape.summary.name)};`,
  ].join('\n');
}
