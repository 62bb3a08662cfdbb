import type { OwnerClient } from 'altiplano';
import fc from 'fast-check';

/** Who asks for what; null is nobody. */
export interface Asked {
  readonly caller: string | null;
  readonly path: string;
  readonly query: string;
}

/** Shoppers who may ask, and values that rows have, so that random filters find something. */
export interface Population {
  readonly callers: readonly string[];
  readonly details: readonly string[];
  readonly names: readonly string[];
  readonly instants: readonly string[];
}

export async function readPopulation(client: OwnerClient): Promise<Population> {
  const column = async (text: string) =>
    (await client.query(text)).rows.map((row): string => String(Object.values(row)[0]));
  return {
    callers: await column(`(select id from shop.shopper where role = 'staff')
      union all (select shopper_id from shop.shop_order group by 1 order by count(*) desc limit 6)`),
    details: await column(`(select '/api/products/' || id || '/' from shop.product order by md5(id::text) limit 60)
      union all (select '/api/orders/' || id || '/' from shop.shop_order order by md5(id::text) limit 90)
      union all values ('/api/products/x/'), ('/api/orders/00000000-0000-4000-8000-000000000000/')`),
    names: await column('select distinct name from shop.product order by 1 limit 200'),
    instants: await column(`select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      from shop.shop_order order by md5(id::text) limit 20`),
  };
}

type Parameter = readonly [string, string];
const one = (name: string, ...values: readonly string[]): fc.Arbitrary<Parameter> =>
  fc.tuple(fc.constant(name), fc.constantFrom(...values));

export function listQueries(population: Population): fc.Arbitrary<Asked> {
  const callers = fc.constantFrom(...population.callers);
  const anybody = fc.option(callers, { freq: 3 });
  return fc.oneof(
    fc.record({ caller: anybody, path: fc.constant('/api/products/'), query: queryOf(productFilters(population)) }),
    fc.record({ caller: callers, path: fc.constant('/api/orders/'), query: queryOf(orderFilters(population)) }),
  );
}

function productFilters({ names }: Population): fc.Arbitrary<Parameter>[] {
  return [
    one('category', 'clothing', 'home,outdoor', 'home-kitchen', 'home-kitchen-cafe', 'empty', 'nowhere', ','),
    one('tag', 'sale', 'gift,vegan', 'Été', 'zero waste', '50 %', 'none'),
    one('price__gte', '20', '99.99', '0', '-1', '1.999', 'NaN', '12345678901'),
    one('price__lte', '50.00', '200', '+7', '1e3', ''),
    one('min_rating', '3', '4.5', '2.50', '5.00', '10', 'x'),
    one('in_stock', 'true', 'false', 'maybe'),
    one('order', 'price', '-price', '-average_rating', 'average_rating', '-review_count', 'created_at', 'stock'),
    fc.tuple(fc.constant('search'), searches(names)),
    fc.tuple(fc.constant('search'), searches(names)),
  ];
}

/** Words of names, pieces of them, and the same with a letter wrong. */
function searches(names: readonly string[]): fc.Arbitrary<string> {
  const words = fc.constantFrom(...names).chain((name) => fc.constantFrom(name, ...name.split(' ')));
  const wrong = fc
    .tuple(words, fc.nat(20), fc.constantFrom('', 'x', 'e'))
    .map(([word, at, letter]) => word.slice(0, at) + letter + word.slice(at + 1));
  const piece = fc
    .tuple(words, fc.nat(6), fc.integer({ min: 1, max: 9 }))
    .map(([word, at, size]) => word.slice(at, at + size));
  return fc.oneof(
    words,
    wrong,
    piece,
    fc.constantFrom('', '-', 'creme', 'SENORIAL', 'nothing like it', 'a', 'sh', '東'),
  );
}

function orderFilters({ instants }: Population): fc.Arbitrary<Parameter>[] {
  return [
    one('status', 'pending', 'paid,shipped', 'cancelled', 'lost', ','),
    one('created_at__gte', ...instants, '2026-10-01', 'soon'),
    one('created_at__lt', ...instants, '2026-10-31'),
    one('order', '-created_at', 'created_at', 'total'),
  ];
}

function queryOf(usual: readonly fc.Arbitrary<Parameter>[]): fc.Arbitrary<string> {
  const odd = fc.oneof(one('page_size', '1', '10', '100', '1000', '0', 'x'), one('count', 'exact'), one('titel', 'x'));
  const parameter = fc.oneof({ weight: 7, arbitrary: fc.oneof(...usual) }, { weight: 1, arbitrary: odd });
  return fc
    .array(parameter, { maxLength: 3 })
    .map((parameters) =>
      new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString(),
    );
}
