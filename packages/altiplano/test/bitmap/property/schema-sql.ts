import { literal, name } from '../../../src/sql/text.ts';
import { inOrder, type Place } from './place.ts';
import { columnsOf, type Link, type Shape, TARGETS, TENANTS } from './shape.ts';

/** The user who may enter every tenant. */
export const READER = TARGETS[0] as string;

/** Columns whose rows, in page order, are found by an index too, where times are that order. */
const LEADING = ['owner_id', 'checked'];

/** The tables of a shape in a schema of their own, without bitmaps. */
export function schemaSql(schema: string, shape: Shape): string {
  const { place } = shape;
  const index = `(shop_id, ${inOrder(place, 'item').replaceAll('item.', '')})`;
  const columns = columnsOf(shape).map(
    ({ name: column, type, pool }) => `${name(column)} ${type}${pool.includes(null) ? '' : ' not null'}`,
  );
  return `
create schema ${schema};
set search_path to ${schema};
create table shop (id uuid primary key);
create table reader (id uuid primary key, shop_id uuid not null, name text not null, role text not null default 'admin');
create table reader_shop (reader_id uuid references reader, shop_id uuid references shop, primary key (reader_id, shop_id));
create table tag (id uuid primary key, shop_id uuid not null, name text not null);
create table item (
  id ${place.key} primary key, shop_id uuid not null references shop, made_at ${place.at} not null, gone bool not null default false,
  ${columns.join(', ')}, unique (shop_id, id)
);
create unique index on item ${index};
create index on item ${index} where not gone;
${columnsOf(shape)
  .filter(({ name: column }) => LEADING.includes(column))
  .map(
    ({ name: column }) =>
      `create index on item (shop_id, ${column}, made_at, id)${place.marked ? ' where not gone' : ''};`,
  )
  .join('\n')}
${shape.links.map((link) => linkSql(link, place)).join('\n')}
select altiplano.expose_schema(current_schema()), altiplano.isolate('item', 'shop_id'), altiplano.isolate('tag', 'shop_id'),
  ${shape.links.map(({ table }) => `altiplano.isolate(${literal(table)}, 'shop_id'),`).join(' ')}
  altiplano.isolate('reader', 'id', 'caller'), altiplano.isolate('reader_shop', 'reader_id', 'caller');
create function caller_identity(of_user uuid) returns table (role text) language sql stable security definer
begin atomic select r.role from reader r where r.id = of_user; end;
insert into shop values ${TENANTS.map((id) => `('${id}')`).join(', ')};
insert into reader (id, shop_id, name) select i, '${TENANTS[0]}', i from unnest('{${TARGETS.join(',')}}'::uuid[]) i;
insert into tag (id, shop_id, name) select id, shop_id, name from reader;
insert into reader_shop select '${READER}', id from shop;`;
}

/** No target belongs to a tenant by a key, so that rows with links can move. */
function linkSql({ table, target, onDelete }: Link, { key }: Place): string {
  return `create table ${table} (
  shop_id uuid not null, item_id ${key} not null, ${target}_id uuid not null references ${target}, primary key (item_id, ${target}_id),
  foreign key (shop_id, item_id) references item (shop_id, id) on update cascade on delete ${onDelete}
);
create index on ${table} (shop_id, ${target}_id, item_id);`;
}
