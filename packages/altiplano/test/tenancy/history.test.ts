import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_TENANT, tenantKey } from '../../src/resource/tenant-key.ts';
import { runsOf } from '../support/runs.ts';
import { marketApp, type Ownership } from './market.ts';
import { ADA, rowsSql } from './market-sql.ts';
import { expectKept, found, marketSql, useMarket, walk } from './use-market.ts';

/** `ALTIPLANO_RUNS=200` for a long look. */
const RUNS = runsOf(6);

/** Thinly filled, so that a few dozen rows split segments; of as many slots a block as readers take them to have. */
const SIZES = { small: 128, big: 512, block: 64, fill: 5, smalls: 2, bin: 10, patched: 5, unfolded: 40 };
const FIRM = '00000000-0000-4000-8000-f00000000001';

interface Market {
  readonly name: string;
  /** Of each owner: what its rows say, its key, and that a row is its. */
  readonly owners: readonly { readonly said: string; readonly key: string; readonly is: string }[];
}

const MARKETS: Readonly<Record<Ownership, Market>> = {
  none: { name: 'stall', owners: [{ said: '', key: NO_TENANT, is: 'true' }] },
  pair: {
    name: 'bazaar',
    owners: [
      ['person', ADA],
      ['firm', FIRM],
      ['firm', ADA],
    ].map(([kind = '', id = '']) => ({
      said: `'${kind}', '${id}'::uuid`,
      key: tenantKey([kind, id]),
      is: `owner_type = '${kind}' and owner_id = '${id}'`,
    })),
  },
};

const some = fc.integer({ min: 2, max: 5 }).map((of) => `hashtext(id::text || '${of}') % ${of} = 0`);
const moment = fc.integer({ min: 0, max: 60 }).map((n) => `timestamptz '2026-01-01 00:00Z' + ${n} * interval '1 hour'`);

/** One statement of a history: rows that come, change, move and go, what hangs on them, and what keeps the bits going. */
function anyStatement({ owners }: Market): fc.Arbitrary<string> {
  const owner = fc.constantFrom(...owners);
  const of = (said: string) => (said === '' ? ['', ''] : ['owner_type, owner_id, ', `${said}, `]);
  const linked =
    'and not exists (select from item_tag l where l.item_id = item.id) and not exists (select from review r where r.item_id = item.id)';
  return fc.oneof(
    fc.tuple(owner, fc.integer({ min: 1, max: 30 }), moment).map(
      ([{ said, is }, many, at]) =>
        `insert into item (${of(said)[0]}maker_id, name, price, created_at)
         select ${of(said)[1]}(select id from maker where ${is} order by name limit 1 offset n % 3), 'New ' || n || ' red', n % 13, ${at} + n * interval '1 minute'
         from generate_series(1, ${many}) n`,
    ),
    fc
      .tuple(some, owner)
      .map(([which, { is }]) => `update item set price = price + 1, name = name || 'x' where ${which} and ${is}`),
    fc.tuple(some, owner).map(([which, { is }]) => `update item set gone = not gone where ${which} and ${is}`),
    fc.tuple(some, moment).map(([which, at]) => `update item set created_at = ${at} where ${which}`),
    some.map(
      (which) => `delete from item where ${which} and not exists (select from purchase p where p.item_id = item.id)`,
    ),
    fc.tuple(owner, owner, some).map(([from, to, which]) => {
      const [kind, id] = to.said.split(', ');
      if (to.said === '') return 'select 1';
      return `update item set owner_type = ${kind}, owner_id = ${id}, maker_id = (select id from maker where ${to.is} order by name limit 1)
        where ${from.is} and ${which} ${linked} and not exists (select from purchase p where p.item_id = item.id)`;
    }),
    fc.tuple(owner, some).map(
      ([{ said, is }, which]) =>
        `insert into item_tag (${of(said)[0]}item_id, tag_id)
         select ${of(said)[1]}i.id, g.id from (select id from item where ${is} and ${which}) i
         cross join (select id from tag where ${is} order by name limit 2) g on conflict do nothing`,
    ),
    fc.integer({ min: 2, max: 4 }).map((n) => `delete from item_tag where hashtext(item_id::text) % ${n} = 0`),
    fc.tuple(owner, some, fc.integer({ min: 1, max: 12 })).map(
      ([{ said, is }, which, many]) =>
        `insert into review (${of(said)[0]}item_id, rating)
         select ${of(said)[1]}i.id, 1 + n % 5 from (select id from item where ${is} and ${which}) i cross join generate_series(1, ${many}) n`,
    ),
    some.map((which) => `update review set rating = 6 - rating where ${which}`),
    some.map((which) => `delete from review where ${which}`),
    fc.constantFrom('truncate review', 'truncate item_tag', 'truncate item cascade'),
    fc
      .tuple(owner, fc.constantFrom('fold', 'fold', 'merge'))
      .map(([{ key }, what]) => `select item_bitmap_${what}('${key}')`),
    fc.constant(
      `select item_bitmap_rebuild(s.tenant_key, s.segment) from (select tenant_key, segment from item_bitmap_segment order by md5(segment::text) limit 1) s`,
    ),
    fc.constant(
      `select item_review_rollup_fold(array_agg(p.tenant), array_agg(p.parent)) from item_review_rollup_pending(50) p having count(*) > 0`,
    ),
  );
}

describe.each(['none', 'pair'] as const)('a history of a market with %s', (ownership) => {
  const market = MARKETS[ownership];
  const app = marketApp(market.name, ownership);
  const rows = market.owners.map(({ said }, turn) => rowsSql(said, turn));
  const seats = ownership === 'none' ? '' : `insert into firm values ('${FIRM}');`;
  const asker = useMarket(app, marketSql(market.name, ownership, [seats, ...rows]), SIZES);

  test('leaves what a recount says, and lists what plain SQL lists', { timeout: 600_000 }, async () => {
    const told = fc.array(anyStatement(market), { minLength: 3, maxLength: 12, size: 'max' });
    await asker.owner().query("set altiplano.fold_check = 'always'; set lock_timeout = '5s'");
    await fc.assert(
      fc.asyncProperty(told, async (statements) => {
        for (const text of statements) await asker.owner().query(text);
        await expectKept(asker, app);
        const own = market.owners[0]?.is;
        for (const [search, condition, order] of [
          ['', '', 'created_at desc, id desc'],
          ['?search=red&price__gte=3', "and name like '%red%' and price >= 3", 'created_at desc, id desc'],
          ['?order=-review_count', '', '(select count(*) from review r where r.item_id = t.id) desc, id desc'],
        ]) {
          const naive = `select id from item t where not gone and ${own} ${condition} order by ${order}`;
          expect(await walk(asker, 'ada', `/items/${search}`)).toEqual(await found(asker.owner(), naive));
        }
      }),
      { numRuns: RUNS },
    );
    await asker.owner().query('reset altiplano.fold_check');
  });
});
