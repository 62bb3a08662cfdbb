import { bitmapMigration } from '../../../src/bitmap/definition.ts';
import { type OwnerClient, withOwner } from '../../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../../src/migrate/run.ts';
import { tables } from '../../../src/resource/declare.ts';
import type { Template } from '../../support/database.ts';

/** A table with everything bitmaps are made of, in segments of 64 and 256 slots: they split, overflow and merge all the time. */
export const SHOPS = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
export const TAGS = ['a', 'b', 'c'].map((end) => `00000000-0000-4000-8000-00000000000${end}`);
export const SHOP = SHOPS[0] ?? '';

interface ShelfTables {
  item: {
    id: string;
    shop_id: string;
    kind: string | null;
    sold: boolean | null;
    maker: string | null;
    price: number | null;
    weight: string | null;
    extra: unknown;
    title: string;
    note: string | null;
    gone: boolean;
    made_at: Date;
  };
  tag: { id: string };
  item_tag: { shop_id: string; item_id: string; tag_id: string };
}

const { resource, columns, filters } = tables<ShelfTables>();
const by = filters('item');

export const items = resource('item', {
  name: 'items',
  path: '/items/',
  tenant: 'shop_id',
  deleted: 'gone',
  order: ['-made_at', '-id'],
  fields: columns('item', 'id'),
  filters: {
    ...by.values('kind', ['in', 'neq', 'isnull']),
    ...by.exact('sold', 'boolean'),
    ...by.exact('maker', 'uuid'),
    ...by.range('price', 'float8', ['gt', 'gte', 'lt', 'lte']),
    ...by.range('weight', 'float8', ['gt']),
    ...by.linked('item_tag', 'tag', { any: ['tags'], none: 'tags__neq' }),
    ...by.attributes('extra'),
    ...by.search(['title', 'note']),
    ...by.range('made_at', 'timestamptz', ['gte', 'lt']),
  },
  bitmaps: 'item_bitmap',
});

const { bitmap } = items;
if (bitmap === null) throw new Error('no bitmap');

export const MIGRATION = bitmapMigration(
  [bitmap],
  {
    item: {
      id: 'uuid',
      shop_id: 'uuid',
      kind: 'text',
      sold: 'boolean',
      maker: 'uuid',
      price: 'double precision',
      weight: 'numeric',
      extra: 'jsonb',
      title: 'text',
      note: 'character varying(40)',
      gone: 'boolean',
      made_at: 'timestamp with time zone',
    },
  },
  { big: 256, small: 64, block: 8, fill: 7, smalls: 3, bin: 5, patched: 40, unfolded: 60 },
);

const SCHEMA = `
create schema shelf;
set search_path to shelf;
create table shop (id uuid primary key);
create table tag (id uuid primary key);
create table item (
  id uuid primary key default gen_random_uuid(), shop_id uuid not null references shop, kind text, sold bool, maker uuid,
  price float8, weight numeric, extra jsonb, title text not null default '', note varchar(40), gone bool not null default false,
  made_at timestamptz not null, unique (shop_id, id)
);
create unique index on item (shop_id, made_at desc, id desc);
create table item_tag (
  shop_id uuid not null, item_id uuid not null, tag_id uuid not null references tag, primary key (item_id, tag_id),
  foreign key (shop_id, item_id) references item (shop_id, id) on update cascade on delete cascade
);
insert into shop select unnest('{${SHOPS.join(',')}}'::uuid[]);
insert into tag select unnest('{${TAGS.join(',')}}'::uuid[]);`;

const [UP = ''] = MIGRATION.split('-- Down Migration');

/** Empty, and counted as built: what comes is folded. */
export const shelf: Template = {
  name: 'bitmap_shelf',
  key: `${SCHEMA}${UP} 2`,
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await withOwner(url, async (client) => {
      await client.query(SCHEMA);
      await client.query(`begin; ${UP}; commit`);
      await client.query("update altiplano.bitmap set state = 'ready'");
    });
  },
};

/** Compiling what the reader asks would take longer than asking it. */
export async function onShelf(client: OwnerClient): Promise<OwnerClient> {
  await client.query('set search_path to shelf; set jit = off');
  return client;
}
