import type { OwnerClient } from 'altiplano';
import { shop } from '../../../apps/shop/app.ts';
import { answerNaively } from '../../../apps/shop/naive.ts';
import type { AppBench, AppCase } from '../apps-read/app-bench.ts';

/** Rows that requests name. */
interface Values {
  readonly product: string;
  readonly inStock: string;
  readonly order: string;
  readonly category: string;
  readonly tag: string;
  readonly staff: string;
  readonly shopper: string;
  readonly words: string;
  readonly typo: string;
}

/** No tenant is smaller than another: a volume is a database of its own. */
export function shopBench(volume: Readonly<Record<string, number>>): AppBench {
  return {
    app: shop,
    volumes: { quick: volume, full: volume },
    places: async (owner) => {
      const { rows } = await owner.query<{ user: string; size: number }>(
        `select o.shopper_id as user, (select count(*)::int from shop.shop_order) as size
         from (select * from shop.shop_order order by created_at desc, id desc limit 1) o`,
      );
      return rows;
    },
    cases: async (owner) => casesOf(await readValues(owner)),
    naive: (owner, { user }, path, { query, offset }) =>
      answerNaively(owner, shop.schema, { user, path, query }, { offset }),
  };
}

/** The twin sorts or searches the whole table. */
const list = (name: string, path: string, query = '', user?: string): AppCase => ({
  name: `GET ${path}${name === '' ? '' : ` ${name}`}`,
  target: `${path}?${query}`,
  naive: { query, offset: 0 },
  ...(user === undefined ? {} : { user }),
});

const PRODUCTS = '/api/products/';
const ORDERS = '/api/orders/';

function casesOf(values: Values): readonly AppCase[] {
  const { product, inStock, order, category, tag, staff, shopper, words, typo } = values;
  const one = (path: string, id: string, user?: string): AppCase => ({
    ...list('', `${path}${id}/`, '', user),
    name: `GET ${path}{id}/`,
    target: `${path}${id}/`,
  });
  return [
    list('', PRODUCTS),
    list('by price', PRODUCTS, 'order=price'),
    list('by price, dearest first', PRODUCTS, 'order=-price'),
    list('by rating', PRODUCTS, 'order=-average_rating'),
    list('by number of reviews', PRODUCTS, 'order=-review_count'),
    list('of a category', PRODUCTS, `category=${category}`),
    list('of a tag, in stock', PRODUCTS, `tag=${encodeURIComponent(tag)}&in_stock=true`),
    list('searched', PRODUCTS, `search=${encodeURIComponent(words)}`),
    list('searched, mistyped', PRODUCTS, `search=${encodeURIComponent(typo)}`),
    list('searched, two letters', PRODUCTS, `search=${encodeURIComponent(words.slice(0, 2))}`),
    one(PRODUCTS, product),
    list("one's own", ORDERS, '', shopper),
    list("everybody's", ORDERS, '', staff),
    list("everybody's, paid", ORDERS, 'status=paid', staff),
    one(ORDERS, order, staff),
    ...(shop.actions?.some(({ path }) => path === '/api/admin/dashboard/')
      ? [list('', '/api/admin/dashboard/', '', staff)].map((one) => ({ ...one, target: '/api/admin/dashboard/' }))
      : []),
    {
      name: 'POST /api/orders/',
      method: 'POST',
      target: ORDERS,
      body: { items: [{ product_id: inStock, quantity: 1 }] },
      user: shopper,
      naive: null,
    },
  ];
}

async function readValues(owner: OwnerClient): Promise<Values> {
  const { rows } = await owner.query<Omit<Values, 'typo'>>(
    `select p.id as product, s.id as "inStock", o.id as order, c.slug as category, t.name as tag, o.shopper_id as shopper,
       (select id from shop.shopper where role = 'staff' limit 1) as staff, split_part(p.name, ' ', 1) as words
     from (select * from shop.product where is_active order by created_at desc, id desc limit 1) p
     cross join (select * from shop.product where is_active order by stock desc, id limit 1) s
     cross join (select * from shop.shop_order order by created_at desc, id desc limit 1) o
     cross join lateral (select * from shop.category where id = p.category_id) c
     cross join lateral (select * from shop.tag order by id limit 1) t`,
  );
  const [found] = rows;
  if (found === undefined) throw new Error('the shop is empty');
  // Two letters in the middle change places.
  const middle = Math.floor(found.words.length / 2);
  const letters = [...found.words];
  letters.splice(middle - 1, 2, letters[middle] ?? '', letters[middle - 1] ?? '');
  return { ...found, typo: letters.join('') };
}
