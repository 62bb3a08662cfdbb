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
    'generation smallint not null',
    ...keys,
    'writer xid8 not null default pg_current_xact_id()',
    'at timestamptz not null default clock_timestamp()',
    'rows bigint not null',
    ...figures.map((column) => column.replace(/ default .*$/, '')),
  ];
  const deltas = `${rollup.name}_delta`;
  const generations = [0, 1].map((generation) => `${deltas}_${generation}`);
  return `create table ${name(rollup.name)} (
  ${base.join(',\n  ')}
) with (
  fillfactor = 75,
  -- Cells of a busy parent stay in its row: out of line, each of three arrays would cost every page a look into TOAST.
  toast_tuple_target = 8160
);
-- Pages look parents up one by one: a bucket is one buffer where the key's tree is three, and a row is entered once.
create index on ${name(rollup.name)} using hash (${name(key[1])});

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table ${name(deltas)} (
  ${delta.join(',\n  ')}
) partition by list (generation);
create index on ${name(deltas)} (${keyColumns(shape)}, writer);
create index on ${name(deltas)} (writer);
${generations.map((table, generation) => `create table ${name(table)} partition of ${name(deltas)} for values in (${generation});`).join('\n')}

${[rollup.name, deltas, ...generations].map((table) => `select altiplano.isolate(${literal(name(table))}, ${literal(rollup.tenant)});`).join('\n')}`;
}

export function dropTables({ rollup }: Shape): string {
  return ['_delta', ''].map((suffix) => `drop table ${name(`${rollup.name}${suffix}`)};`).join('\n');
}
