import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { bitmapMigration } from '../../src/bitmap/definition.ts';
import { verifyBitmap } from '../../src/bitmap/verify.ts';
import { connectOwner, type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import type { Bitmap } from '../../src/resource/bitmap.ts';
import type { Template } from '../support/database.ts';

/** A shop's articles with tags, and bitmaps of small parts: a few hundred rows make many segments. */
export const SCHEMA = 'shop';
export const [FIRST, SECOND] = ['a1', 'a2'].map((end) => `00000000-0000-4000-8000-0000000000${end}`);
export const ARTICLES = { big: 256, small: 64, block: 8, fill: 7, smalls: 3, bin: 20, patched: 200, unfolded: 20_000 };

export const BITMAP: Bitmap = {
  name: 'article_bitmap',
  tenant: 'shop_id',
  table: 'article',
  key: 'id',
  deleted: 'gone',
  order: 'made_at',
  columns: ['kind', 'sold'],
  ranges: ['price'],
  links: [{ link: 'article_tag', parent: 'article_id', target: 'tag_id' }],
  attributes: ['extra'],
  search: ['title'],
};

export const TYPES = {
  id: 'uuid',
  shop_id: 'uuid',
  made_at: 'timestamp with time zone',
  gone: 'boolean',
  kind: 'text',
  sold: 'boolean',
  price: 'double precision',
  extra: 'jsonb',
  title: 'text',
};

const TABLES = `
create schema ${SCHEMA};
set search_path to ${SCHEMA};
create table article (
  id uuid primary key, shop_id uuid not null, made_at timestamptz not null, gone boolean not null default false,
  kind text, sold boolean, price float8, extra jsonb, title text, unique (shop_id, id)
);
create unique index on article (shop_id, made_at desc, id desc);
create table article_tag (
  shop_id uuid not null, article_id uuid not null, tag_id uuid not null, primary key (article_id, tag_id),
  foreign key (shop_id, article_id) references article (shop_id, id) on delete cascade
);
select altiplano.expose_schema('${SCHEMA}'), altiplano.isolate('article', 'shop_id'), altiplano.isolate('article_tag', 'shop_id');
`;

export const upOf = (bitmap: Bitmap, sizes = ARTICLES): string =>
  bitmapMigration([bitmap], { article: TYPES }, sizes).split('-- Down Migration')[0] ?? '';

/** Its tables without a row, and the bitmap ready. */
export const emptyShop: Template = {
  name: 'bitmap_shop',
  key: [
    ...readdirSync(ENGINE.folder).map((file) => readFileSync(new URL(file, ENGINE.folder), 'utf8')),
    TABLES,
    upOf(BITMAP),
  ].join(''),
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await run(url, `begin; ${TABLES}; ${upOf(BITMAP)}; commit`);
    await buildBitmaps(url, SCHEMA);
  },
};

export function run(url: string, text: string, values: readonly unknown[] = []) {
  return withOwner(url, async (client) => {
    if (values.length > 0) return client.query(text, [...values]);
    return client.query(`set search_path to ${SCHEMA}; ${text}`);
  });
}

/** Two shops: of ten articles nine are the first one's. Triggers see nothing of it when `quiet`. */
export async function fill(url: string, articles: number, { quiet = false, from = 1 } = {}): Promise<void> {
  const insert = `
    insert into article (id, shop_id, made_at, gone, kind, sold, price, extra, title)
    select md5(i::text)::uuid, case when i % 10 = 0 then '${SECOND}' else '${FIRST}' end::uuid,
      '2024-01-01Z'::timestamptz + i * interval '1 minute', i % 23 = 0, (array['book', 'game', null])[i % 3 + 1], i % 2 = 0,
      nullif(i % 40, 0) / 4.0, jsonb_build_object('colour', i % 5, 'long', repeat('x', i % 300)), 'Title ' || i % 50
    from generate_series(${from}, ${from + articles - 1}) i;
    insert into article_tag (shop_id, article_id, tag_id)
    select shop_id, id, md5((hashtext(id::text) % 7)::text)::uuid from article on conflict do nothing;`;
  await run(url, quiet ? `set session_replication_role = replica; ${insert}` : insert);
  if (quiet) await run(url, "update altiplano.bitmap set state = 'unbuilt'");
}

export const verify = (url: string, options: Parameters<typeof verifyBitmap>[3] = {}) =>
  verifyBitmap(url, SCHEMA, BITMAP, { block: ARTICLES.block, ...options });

/** Every finding, as its rule and what is said of it. */
export async function findings(url: string): Promise<readonly string[]> {
  return (await verify(url)).findings.map(({ rule, evidence }) => `${rule} ${evidence}`);
}

/** Whatever waits, whether it is worth a fold or not. */
export async function foldAll(url: string): Promise<void> {
  await eventually('everything is folded', async () => {
    const { rows } = await run(
      url,
      'select shop.article_bitmap_fold(tenant) from shop.article_bitmap_pending($1)',
      [100],
    );
    return rows.length === 0;
  });
}

/** What programs do to articles; `$1` is chance. */
const STATEMENTS = [
  `insert into article (id, shop_id, made_at, kind, sold, price, extra, title)
   select gen_random_uuid(), '${FIRST}', now() - i * interval '1 second', 'new', true, i, '{"colour": 9}', 'Newcomer ' || $1
   from generate_series(1, 3) i`,
  "update article set kind = 'other', price = price + 1 where id in (select id from article order by md5(id::text || $1) limit 3)",
  "update article set title = title || 'é', extra = extra || '{\"seen\": true}' where id in (select id from article order by md5(id::text || $1) limit 2)",
  'update article set gone = not gone where id in (select id from article order by md5(id::text || $1) limit 2)',
  `insert into article_tag (shop_id, article_id, tag_id) select shop_id, id, md5('t' || length($1))::uuid
   from (select * from article order by md5(id::text || $1) limit 3) a on conflict do nothing`,
  'delete from article_tag where article_id in (select article_id from article_tag order by md5(article_id::text || $1) limit 2)',
  'delete from article where id in (select id from article order by md5(id::text || $1) limit 1)',
  "update article set made_at = made_at - interval '90 minutes' where id in (select id from article order by md5(id::text || $1) limit 1)",
];

export interface Writers {
  /** Ends them and returns how many transactions they committed. */
  stop(): Promise<number>;
}

/** So many connections that change articles, several statements a transaction, some rolled back, until they are stopped. */
export function startWriters(url: string, count: number, pause = 5): Writers {
  let stopped = false;
  const loops = Array.from({ length: count }, (_, index) => write(`writer ${index}`));
  return {
    stop: async () => {
      stopped = true;
      return (await Promise.all(loops)).reduce((sum, committed) => sum + committed, 0);
    },
  };

  async function write(name: string): Promise<number> {
    let committed = 0;
    const client = await connectOwner(url);
    await client.query(`set search_path to ${SCHEMA}`);
    for (let turn = 0; !stopped; turn++) {
      committed += await transact(client, `${name} ${turn}`, turn);
      await sleep(pause);
    }
    await client.end();
    return committed;
  }
}

async function transact(client: OwnerClient, chance: string, turn: number): Promise<number> {
  await client.query('begin');
  try {
    for (let part = 0; part <= turn % 3; part++)
      await client.query(STATEMENTS[(turn * 5 + part * 3 + chance.length) % STATEMENTS.length] ?? '', [chance]);
    await client.query(turn % 11 === 0 ? 'rollback' : 'commit');
    return turn % 11 === 0 ? 0 : 1;
  } catch (error) {
    await client.query('rollback');
    // Conflicts are the writers' own.
    if (error instanceof Error && 'code' in error && /^(23|40|55)/.test(String(error.code))) return 0;
    throw error;
  }
}

export async function one<T>(url: string, text: string): Promise<T> {
  const results = (await run(url, text)) as unknown as readonly { rows: readonly T[] }[];
  return results.at(-1)?.rows[0] as T;
}

/** Asks until it holds. @throws when it does not within the time */
export async function eventually(what: string, holds: () => Promise<boolean>, milliseconds = 60_000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await sleep(50);
  }
}
