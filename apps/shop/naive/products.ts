import {
  compared,
  type Database,
  isUuid,
  jsonArray,
  jsonObject,
  jsonOf,
  jsonTimeOf,
  type Parameters,
  Refusal,
  readBoolean,
  searchRows,
  whereAll,
} from 'altiplano/twin';
import {
  type Asking,
  type ListQuery,
  listFilter,
  orderBy,
  readDecimal,
  readDetailQuery,
  readListQuery,
} from './query.ts';

interface Product {
  readonly id: string;
  readonly category_id: string;
  readonly name: string;
  readonly [column: string]: string;
}

const written = ['id', 'name', 'slug', 'price', 'stock', 'description', 'specifications'];
const RATINGS = ['1', '2', '3', '4', '5'];

/** Every figure is counted anew from the reviews. */
function asking(database: Database): Asking {
  const reviews = `FROM ${database.table('review')} r WHERE r.product_id = product.id`;
  const average = `(SELECT round(avg(r.rating), 2) ${reviews})`;
  const money = (operator: string) => (value: string) =>
    compared('price', operator, readDecimal(value, [12, 2]), 'numeric');
  return {
    searched: true,
    orders: {
      created_at: 'created_at',
      price: 'price',
      average_rating: `coalesce(${average}, -1)`,
      review_count: `(SELECT count(*) ${reviews})`,
    },
    filters: {
      category: listFilter((slugs) => (bind) => {
        const below = `WITH RECURSIVE below (id) AS (
          SELECT id FROM ${database.table('category')} WHERE slug = ANY(${bind(slugs)}::text[])
          UNION SELECT c.id FROM below b JOIN ${database.table('category')} c ON c.parent_id = b.id)`;
        return `category_id IN (${below} SELECT id FROM below)`;
      }),
      tag: listFilter((names) => (bind) => {
        const tagged = `FROM ${database.table('product_tag')} l JOIN ${database.table('tag')} t ON t.id = l.tag_id`;
        return `EXISTS (SELECT ${tagged} WHERE l.product_id = product.id AND t.name = ANY(${bind(names)}::text[]))`;
      }),
      price__gte: money('>='),
      price__lte: money('<='),
      min_rating: (value) => compared(average, '>=', readDecimal(value, [3, 2]), 'numeric'),
      in_stock: (value) => {
        const wanted = readBoolean(value);
        return () => `stock ${wanted ? '>' : '='} 0`;
      },
    },
  };
}

/** Ids of all products that a list request matches, in order. */
export async function findProducts(database: Database, parameters: Parameters): Promise<readonly string[]> {
  return (await selectProducts(database, readListQuery(asking(database), parameters))).map(({ id }) => id);
}

/** Everything is selected and cut here; then each product's own. */
export async function writeProducts(database: Database, parameters: Parameters, offset: number): Promise<string> {
  const query = readListQuery(asking(database), parameters);
  const rows = await selectProducts(database, query);
  const items: string[] = [];
  for (const row of rows.slice(offset, offset + query.pageSize)) items.push(jsonObject(await members(database, row)));
  return jsonObject([
    ['results', jsonArray(items)],
    ['next', 'null'],
    ['previous', 'null'],
    ['count', query.isCounted ? String(rows.length) : 'null'],
  ]);
}

export async function writeProduct(database: Database, parameters: Parameters, id: string): Promise<string> {
  readDetailQuery(parameters);
  if (!isUuid(id)) throw new Refusal(404);
  const one = { conditions: [compared('id', '=', id, 'uuid')], search: undefined, order: undefined };
  const [row] = await selectProducts(database, one);
  if (!row) throw new Refusal(404);
  const histogram: [string, string][] = [];
  for (const rating of RATINGS) {
    const count = await database.value(
      `SELECT count(*)::text AS value FROM ${database.table('review')} WHERE product_id = $1::uuid AND rating = $2::int`,
      [row.id, rating],
    );
    histogram.push([rating, count]);
  }
  return jsonObject([
    ...(await members(database, row)),
    ['description', row.description_json ?? ''],
    ['specifications', row.specifications_json ?? ''],
    ['latest_reviews', jsonArray(await latestReviews(database, row.id))],
    ['rating_histogram', jsonObject(histogram)],
  ]);
}

async function selectProducts(
  database: Database,
  { conditions, search, order }: Pick<ListQuery, 'conditions' | 'search' | 'order'>,
): Promise<readonly Product[]> {
  const where = whereAll([() => 'is_active', ...conditions]);
  const columns = written.map((column) => `${jsonOf(column)} AS ${column}_json`);
  const usual = orderBy(asking(database).orders, '-created_at');
  const select = (by: string) =>
    database.rows<Product>(
      `SELECT id::text, category_id::text, name, ${columns.join(', ')}, ${jsonTimeOf('created_at')} AS created_json
       FROM ${database.table('product')} WHERE ${where.text} ORDER BY ${by}`,
      where.values,
    );
  if (search === undefined) return select(order ?? usual);
  const found = searchRows(await select(usual), ({ name }) => name, search);
  if (order === undefined) {
    const byRank = found.sort((one, other) => other.rank - one.rank || (one.row.id < other.row.id ? -1 : 1));
    return byRank.map(({ row }) => row);
  }
  const ids = new Set(found.map(({ row }) => row.id));
  return (await select(order)).filter(({ id }) => ids.has(id));
}

async function members(database: Database, row: Product): Promise<[string, string][]> {
  const category = await database.row<{ id: string; name: string }>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name FROM ${database.table('category')} WHERE id = $1::uuid`,
    [row.category_id],
  );
  const tags = await database.rows<{ name: string }>(
    `SELECT ${jsonOf('t.name')} AS name FROM ${database.table('product_tag')} l
     JOIN ${database.table('tag')} t ON t.id = l.tag_id WHERE l.product_id = $1::uuid ORDER BY t.name COLLATE "C"`,
    [row.id],
  );
  const [figures] = await database.rows<{ count: string; average: string }>(
    `SELECT count(*)::text AS count, coalesce(round(avg(rating), 2)::text, 'null') AS average
     FROM ${database.table('review')} WHERE product_id = $1::uuid`,
    [row.id],
  );
  const of = (column: string): [string, string] => [column, row[`${column}_json`] ?? ''];
  return [
    ...['id', 'name', 'slug', 'price', 'stock'].map(of),
    ['category', jsonObject(Object.entries(category ?? {}))],
    ['tags', jsonArray(tags.map(({ name }) => name))],
    ['review_count', figures?.count ?? ''],
    ['average_rating', figures?.average ?? ''],
    ['created_at', row.created_json ?? ''],
  ];
}

async function latestReviews(database: Database, product: string): Promise<readonly string[]> {
  const rows = await database.rows<Readonly<Record<string, string>>>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('rating')} AS rating, ${jsonOf('comment')} AS comment, shopper_id::text,
       ${jsonTimeOf('created_at')} AS created_at
     FROM ${database.table('review')} WHERE product_id = $1::uuid
     ORDER BY review.created_at DESC, review.id DESC LIMIT 10`,
    [product],
  );
  const written: string[] = [];
  for (const { id = '', rating = '', comment = '', shopper_id, created_at = '' } of rows) {
    const shopper = await database.value(
      `SELECT json_build_object('id', id, 'name', name)::text AS value FROM ${database.table('shopper')} WHERE id = $1::uuid`,
      [shopper_id],
    );
    // json_build_object writes blanks.
    const { id: by, name } = JSON.parse(shopper) as { id: string; name: string };
    const members: [string, string][] = [
      ['id', id],
      ['rating', rating],
      ['comment', comment],
      ['shopper', JSON.stringify({ id: by, name })],
      ['created_at', created_at],
    ];
    written.push(jsonObject(members));
  }
  return written;
}
