import { literal, name } from '../../sql/text.ts';
import { rangeSuffixes, rangeTable } from './bins.ts';
import { beginningOf, part, type Shape, typeOf } from './shape.ts';

/** Segments, blocks, bits, bins and the tail, with their indexes and their isolation. */
export function tables(shape: Shape): string {
  const { bitmap, types, tenant, at, id, lowAt, lowId, ats, ids, idType } = shape;
  const atType = `${shape.atType}${shape.collated}`;
  const atTypes = `${shape.atType}[]${shape.collated}`;
  const [unplaced] = beginningOf(bitmap);
  const tail = part(shape, 'tail');
  const generations = [0, 1].map((generation) => part(shape, `tail_${generation}`));
  const changed = bitmap.ranges.flatMap((column) =>
    ['old', 'new'].map((side) => `,\n  ${name(`${side}_${column}`)} ${typeOf(types, column)}`),
  );
  const all = [
    bitmap.name,
    ...['segment', 'block', ...rangeSuffixes(bitmap.ranges), 'tail', 'tail_0', 'tail_1'].map(
      (suffix) => `${bitmap.name}_${suffix}`,
    ),
  ];
  return `-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table ${part(shape, 'segment')} (
  ${tenant} uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  ${lowAt} ${atType} not null,
  ${lowId} ${idType} not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (${tenant}, segment),
  unique (${tenant}, ${lowAt}, ${lowId})
) with (fillfactor = 50);

-- The rows of ${shape.sizes.block} slots each: slot = ${shape.sizes.block} * block + place in the arrays. Blocks ascend in key, places do not.
create table ${part(shape, 'block')} (
  ${tenant} uuid not null,
  segment bigint not null,
  block integer not null,
  ${lowAt} ${atType} not null,
  ${lowId} ${idType} not null,
  ${ats} ${atTypes} not null,
  ${ids} ${idType}[] not null,
  primary key (${tenant}, segment, block)
) with (fillfactor = 85);
create index on ${part(shape, 'block')} (${tenant}, ${lowAt}, ${lowId}) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table ${name(bitmap.name)} (
  ${tenant} uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (${tenant}, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table ${name(bitmap.name)} alter column bits set storage main, alter column term set storage plain;
${bitmap.ranges.map((column) => rangeTable(shape, column)).join('')}
-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table ${tail} (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  ${at} ${atType} not null, -- ${unplaced}: links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  ${tenant} uuid not null,
  ${id} ${idType} not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text${changed.join('')}
) partition by list (generation);
create index on ${tail} (${tenant}, writer);
create index on ${tail} (writer);
create index on ${tail} (${tenant}, ${id}) where born = -1 or ${at} = ${unplaced};
${generations.map((table, generation) => `create table ${table} partition of ${tail} for values in (${generation});`).join('\n')}

${all.map((table) => `select altiplano.isolate(${literal(name(table))}, ${literal(bitmap.tenant)});`).join('\n')}`;
}

export function dropTables(shape: Shape): string {
  const { bitmap } = shape;
  return ['tail', ...rangeSuffixes(bitmap.ranges), 'block', 'segment']
    .map((suffix) => `drop table ${part(shape, suffix)};`)
    .concat(`drop table ${name(bitmap.name)};`)
    .join('\n');
}
