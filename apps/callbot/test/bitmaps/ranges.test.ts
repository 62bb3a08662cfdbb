import { connectOwner, type OwnerClient } from 'altiplano';
import { BITMAP_SIZES, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';

const database = useDatabase(emptyCallbot);
const TENANT = '00000000-0000-4000-8000-000000000001';
const SEGMENTS = 2;
const { big, block, fill, bin } = BITMAP_SIZES;
/** As many as a build puts into a segment. */
const ROWS = (big / block) * fill;

/** What rows may have, by their number. */
const VALUES = {
  'no two alike': "('x' || substr(md5(i::text), 1, 13))::bit(52)::bigint / 1e9",
  'whole numbers, a third of them zero': 'greatest(0, abs(hashint4(i)) % 3000 - 1000)',
  'ten values': 'abs(hashint4(i)) % 10',
  'in the order of the rows': 'i',
  'nulls among them': 'nullif(abs(hashint4(i)) % 5, 0) * 1.5 + (abs(hashint4(i)) % 7919) / 1e4',
};

describe.each(Object.entries(VALUES))('bins of full segments, %s', (_name, value) => {
  let owner: OwnerClient;
  let ends: readonly number[];
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    await owner.query(`set search_path to callbot, pg_temp; set altiplano.tenant = '${TENANT}'; set jit = off;
      truncate customer_bitmap_duration, customer_bitmap_duration_lows;
      create temp table kept as
      select segment::bigint, row - 1 as slot, (${value})::float8 as value
      from generate_series(1, ${SEGMENTS}) segment, generate_series(1, ${ROWS}) row, lateral (select segment * ${ROWS} + row) n (i);
      create temp table placed as
      select segment, altiplano.bits_of(array_agg(slot), ${big}) as bits from kept group by 1;
      grant select on placed, kept to public;
      select customer_bitmap_duration_make('${TENANT}', segment, ${big}, count(value) = count(*),
        array_agg(value) filter (where value is not null), array_agg(slot) filter (where value is not null))
      from kept group by segment`);
    const { rows } = await owner.query(
      'select percentile_disc(array[0, 0.03, 0.5, 0.502, 1]) within group (order by value) as ends from kept',
    );
    ends = (rows[0].ends as number[]).flatMap((end) => [end, end + 1e-7]);
    await owner.query("select set_config('role', altiplano.app_role(), false)");
  });
  afterAll(() => owner?.end());

  /** The better of two: the first plans, and so may any after statistics came. */
  const buffersOf = async (call: string): Promise<number> => {
    const text = `explain (analyze, buffers, timing off, format json) select from ${call}`;
    const read = async () => (await owner.query(text)).rows[0]['QUERY PLAN'][0].Plan['Shared Hit Blocks'] as number;
    return Math.min(await read(), await read());
  };

  test('are two rows of a page at most, and nothing of them is out of line', async () => {
    const { rows } = await owner.query<{ toast: number; longest: number }>(
      `select pg_relation_size(reltoastrelid)::int as toast,
         (select max(cardinality(slots)) from customer_bitmap_duration) as longest
       from pg_class where oid = 'customer_bitmap_duration'::regclass`,
    );
    expect(rows[0]?.toast).toBe(0);
    expect(rows[0]?.longest ?? 0).toBeLessThanOrEqual(bin);
  });

  test('say which rows lie between two values, for three pages of a segment each', async () => {
    const pairs = [null, ...ends].flatMap((above) => [null, ...ends].map((below) => [above, below] as const));
    // Every third pair of them, each with its ends in and out in turn.
    for (const [index, [above, below]] of pairs.entries()) {
      if (index % 3 !== 1) continue;
      const [fromIt, uptoIt] = [index % 2 === 0, index % 4 < 2];
      const bounds = [
        ...(above === null ? [] : [`value ${fromIt ? '>=' : '>'} ${above}`]),
        ...(below === null ? [] : [`value ${uptoIt ? '<=' : '<'} ${below}`]),
      ].join(' and ');
      const call = `customer_bitmap_duration_between('${TENANT}', ${above}, ${fromIt}, ${below}, ${uptoIt})`;
      const counted = await owner.query(
        `select (select count(*) from kept where ${bounds})::int as rows,
           (select coalesce(sum(bit_count(b.bits & p.bits)), 0) from ${call} b join placed p using (segment))::int as found`,
      );
      expect({ bounds, found: counted.rows[0].found }).toEqual({ bounds, found: counted.rows[0].rows });
      const looks = [above, below].filter((end) => end !== null).length + (below === null ? 1 : 0);
      expect({ bounds, buffers: await buffersOf(call) }).toSatisfy(
        ({ buffers }) => buffers <= 4 + 3 * SEGMENTS * looks,
      );
    }
  });
});
