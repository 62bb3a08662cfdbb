import { literal, name } from '../../sql/text.ts';
import { keyColumns, type Shape } from './shape.ts';

/** Base and delta tables, their index and their isolation. */
export function tables(shape: Shape): string {
  const { rollup, columns, key } = shape;
  const empty = (type: string) => (type.endsWith('[]') ? "'{}'" : '0');
  const keys = key.map((column) => `${name(column)} uuid not null`);
  const figures = columns.map((column) => `${name(column.name)} ${column.type} not null default ${empty(column.type)}`);
  const base = [
    ...keys,
    'rows bigint not null default 0',
    ...figures,
    ...rollup.firsts.map((first) => `${name(first.name)} json`),
    'folded pg_snapshot not null',
    `primary key (${keyColumns(shape)})`,
  ];
  const delta = [
    ...keys,
    'writer xid8 not null default pg_current_xact_id()',
    'at timestamptz not null default clock_timestamp()',
    'rows bigint not null',
    ...figures.map((column) => column.replace(/ default .*$/, '')),
  ];
  const [first, second] = [0, 1].map((generation) => name(`${rollup.name}_delta_${generation}`));
  return `create table ${name(rollup.name)} (
  ${base.join(',\n  ')}
) with (fillfactor = 75);

-- Appended to by triggers, one row for each parent and statement; which of them count, a base row's snapshot decides.
create table ${first} (
  ${delta.join(',\n  ')}
);
create table ${second} (like ${first} including defaults);
${[first, second].map((table) => `create index on ${table} (${keyColumns(shape)}, writer);\ncreate index on ${table} (writer);`).join('\n')}

${[rollup.name, `${rollup.name}_delta_0`, `${rollup.name}_delta_1`]
  .map((table) => `select altiplano.isolate(${literal(name(table))}, ${literal(rollup.tenant)});`)
  .join('\n')}`;
}

export function dropTables({ rollup }: Shape): string {
  return ['_delta_1', '_delta_0', ''].map((suffix) => `drop table ${name(`${rollup.name}${suffix}`)};`).join('\n');
}
