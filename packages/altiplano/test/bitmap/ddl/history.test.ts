import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { useDatabase } from '../../support/database.ts';
import { runsOf } from '../../support/runs.ts';
import { wrongTerms } from './reader.ts';
import { onShelf, SHOPS, shelf, TAGS } from './shelf.ts';

const database = useDatabase(shelf);
let client: OwnerClient;
beforeAll(async () => {
  client = await onShelf(await connectOwner(database.url()));
});
afterAll(() => client?.end());
beforeEach(async () => {
  await client.query('truncate item cascade');
});

const shop = fc.constantFrom(...SHOPS);
const some = fc.constantFrom(
  ...[2, 3, 7, 19].flatMap((by) => [0, 1].map((rest) => `hashtext(id::text || ${rest}) % ${by} = 0`)),
);
const value: Readonly<Record<string, fc.Arbitrary<string>>> = {
  kind: fc.constantFrom('null', "'a'", "'b'", "'b,c'", `repeat('é', 150)`, `''`),
  sold: fc.constantFrom('null', 'true', 'false'),
  maker: fc.constantFrom('null', `'${TAGS[0]}'`, `'${TAGS[1]}'`),
  price: fc.constantFrom('null', '0', '1.5', '-2', "'NaN'", "'Infinity'", '(hashtext(id::text) % 40)'),
  weight: fc.constantFrom('null', '0', '1.50', '1.5', '(hashtext(id::text) % 9) / 4.0', "'NaN'"),
  extra: fc.constantFrom(
    'null',
    "'{}'",
    "'[1]'",
    `'{"a":1,"b=c":"d"}'`,
    `'{"a":1.0}'`,
    `'{"a":null,"n":{"x":[1,2]}}'`,
    `'"text"'`,
  ),
  title: fc.constantFrom("''", "'Ab'", "'Éclair abab'", "'x' || hashtext(id::text) % 20"),
  note: fc.constantFrom('null', "'clair'", "'ab' || chr(31)"),
  gone: fc.constantFrom('true', 'false', 'not gone'),
};
const change = fc.oneof(
  ...Object.entries(value).map(([column, one]) => one.map((text) => `${column} = ${text}`)),
  fc.constantFrom(
    "made_at = made_at - interval '1 day'",
    "made_at = '2026-01-01'",
    "made_at = '-infinity'",
    'id = gen_random_uuid()',
  ),
  shop.map((id) => `shop_id = '${id}'`),
);
const arrival = fc.record({
  shop,
  many: fc.constantFrom(1, 3, 30, 90),
  at: fc.constantFrom(
    "now() + n * interval '1 second'",
    "'2026-01-01'::timestamptz",
    "now() - random() * interval '100 days'",
    "now() - n * interval '1 minute'",
  ),
  ...value,
});
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: arrival.map(
      ({ shop: of, many, at, ...row }) => `insert into item (shop_id, made_at, ${Object.keys(row)})
    select '${of}', ${at}, ${Object.values(row)
      .map((text) => String(text).replaceAll('id', 'n'))
      .join(', ')
      .replace('not gone', 'false')}
    from generate_series(1, ${many}) n`,
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(change, { minLength: 1, maxLength: 2 }), some)
      .map(
        ([set, where]) =>
          `update item set ${[...new Map(set.map((one) => [one.split(' ')[0], one])).values()].join(', ')} where ${where}`,
      ),
  },
  { weight: 2, arbitrary: some.map((where) => `delete from item where ${where}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...TAGS), some)
      .map(
        ([tag, where]) =>
          `insert into item_tag select shop_id, id, '${tag}' from item where ${where} on conflict do nothing`,
      ),
  },
  { weight: 2, arbitrary: some.map((where) => `delete from item_tag where ${where.replace('id::', 'item_id::')}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...TAGS), some).map(
      ([tag, where]) => `update item_tag l set tag_id = '${tag}' where ${where.replace('id::', 'item_id::')}
    and not exists (select from item_tag o where o.item_id = l.item_id and (o.tag_id = '${tag}' or o.tag_id < l.tag_id))`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      'with links as (delete from item_tag l using item i where i.id = l.item_id and i.price = 0 returning l.item_id) delete from item i using links l where i.id = l.item_id',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'truncate item_tag',
      'update altiplano.bitmap set generation = 1 - generation',
      "set altiplano.fold_check = 'always'",
      'reset altiplano.fold_check',
    ),
  },
  { weight: 6, arbitrary: shop.map((id) => `select item_bitmap_fold('${id}')`) },
  { weight: 1, arbitrary: shop.map((id) => `select item_bitmap_merge('${id}')`) },
  {
    weight: 1,
    arbitrary: fc.tuple(shop, fc.nat(5)).map(
      ([id, place]) => `select item_bitmap_rebuild('${id}', segment) from (
    select segment from item_bitmap_segment where shop_id = '${id}' order by segment offset ${place} limit 1) s`,
    ),
  },
);

test('whatever is written, folded, split and merged: bits and tail say what the rows say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40, size: 'max' }), async (steps) => {
      await client.query('truncate item cascade');
      for (const text of steps) {
        await client.query(text);
        const wrong = await wrongTerms(client);
        if (wrong.length > 0) expect([text, wrong.slice(0, 8)]).toEqual([text, []]);
      }
    }),
    { numRuns: runsOf(25), endOnFailure: true },
  );
}, 300_000);
