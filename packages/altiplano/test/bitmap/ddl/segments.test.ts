import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { boundedTerm } from '../../../src/resource/term.ts';
import { useDatabase } from '../../support/database.ts';
import { wrongTerms } from './reader.ts';
import { onShelf, SHOP, shelf } from './shelf.ts';

const database = useDatabase(shelf);
let client: OwnerClient;
let other: OwnerClient;
beforeAll(async () => {
  client = await onShelf(await connectOwner(database.url()));
  other = await onShelf(await connectOwner(database.url()));
});
afterAll(() => Promise.all([client?.end(), other?.end()]));
beforeEach(async () => {
  await client.query("truncate item cascade; update altiplano.bitmap set state = 'ready'");
});

interface Segment {
  readonly segment: bigint;
  readonly width: number;
  readonly blocks: number;
  readonly rows: number;
}

/** Segments in order, after checking that blocks and segments ascend in key and that no place is beyond its block. */
async function segments(): Promise<readonly Segment[]> {
  const crooked = await client.query(`
    select * from (
      select b.*, lead(b.low_made_at) over w as next_at, lead(b.low_id) over w as next_id, s.blocks, s.width,
        s.low_made_at as segment_at, s.low_id as segment_id
      from item_bitmap_block b join item_bitmap_segment s using (shop_id, segment)
      window w as (partition by b.shop_id order by b.segment, b.block)
    ) b
    where cardinality(ids) > 8 or block >= blocks or blocks * 8 > width or (block = 0 and (low_made_at, low_id) <> (segment_at, segment_id))
      or exists (select from unnest(made_ats, ids) k (at, id)
                 where (k.at, k.id) < (low_made_at, low_id) or (k.at, k.id) >= (next_at, next_id))`);
  expect(crooked.rows).toEqual([]);
  const { rows } = await client.query(`
    select s.segment, s.width, s.blocks,
      (select coalesce(sum(cardinality(b.ids)), 0)::int from item_bitmap_block b where b.segment = s.segment) as rows
    from item_bitmap_segment s order by s.low_made_at, s.low_id`);
  const found = rows.map((row) => ({ ...row, segment: BigInt(row.segment) }));
  expect(found.map(({ segment }) => segment)).toEqual(
    found.map(({ segment }) => segment).sort((a, b) => (a < b ? -1 : 1)),
  );
  return found;
}

const add = (many: number, from: string, step: string) =>
  client.query(`insert into item (shop_id, kind, price, made_at)
    select '${SHOP}', 'k' || n % 3, n % 17, '${from}'::timestamptz + n * interval '${step}' from generate_series(1, ${many}) n`);
const fold = () => client.query(`select item_bitmap_fold('${SHOP}')`);

describe('segments', () => {
  test('are appended to block by block, begin when one is full, and merge when there are many', async () => {
    for (let day = 1; day <= 20; day++) {
      await add(15, `2026-01-${day}`, '1 minute');
      await fold();
    }
    const small = await segments();
    expect(small.map(({ rows }) => rows)).toEqual([56, 56, 56, 56, 56, 20]);
    expect((await client.query(`select item_bitmap_merge('${SHOP}') as merged`)).rows).toEqual([{ merged: 5 }]);
    const merged = await segments();
    expect(merged.map(({ width, rows }) => [width, rows])).toEqual([
      [256, 147],
      [256, 133],
      [64, 20],
    ]);
    expect(merged.at(-1)?.segment).toBe(small.at(-1)?.segment);
    expect((await client.query(`select item_bitmap_merge('${SHOP}') as merged`)).rows).toEqual([{ merged: 0 }]);
    expect(await wrongTerms(client)).toEqual([]);
  });

  test('take late rows into their block, are made again where it is full, and split where they are', async () => {
    await add(224, '2026-01-01', '1 hour');
    await fold();
    const before = await segments();
    await add(1, '2026-01-02', '1 second');
    await fold();
    expect(await segments()).toEqual(before.map((one, place) => (place === 0 ? { ...one, rows: 225 } : one)));
    const seen = new Set(before.map(({ segment }) => segment));
    for (let turn = 0; turn < 12; turn++) {
      await add(60, '2026-01-02', '1 second');
      await fold();
      for (const { segment } of await segments()) seen.add(segment);
      expect(await wrongTerms(client)).toEqual([]);
    }
    const after = await segments();
    expect(after.reduce((sum, { rows }) => sum + rows, 0)).toBe(224 + 1 + 720);
    expect(after.every(({ rows }) => rows <= 256)).toBe(true);
    expect(seen.size).toBeGreaterThan(after.length + 5);
  });

  test('get numbers anew where none is left between two, and nobody is mistaken for another', async () => {
    await add(400, '2026-01-01', '1 hour');
    await fold();
    const [first, second] = await segments();
    await client.query('update item_bitmap_segment set segment = $2 where segment = $1', [
      second?.segment,
      Number(first?.segment) + 3,
    ]);
    const ranges = ['price', 'weight'].flatMap((column) => [column, `${column}_lows`]);
    for (const suffix of ['_block', '', ...ranges.map((one) => `_${one}`)])
      await client.query(`update item_bitmap${suffix} set segment = $2 where segment = $1`, [
        second?.segment,
        Number(first?.segment) + 3,
      ]);
    await other.query("begin; update item set kind = 'late' where price = 3");
    await client.query('select item_bitmap_rebuild($1, $2)', [SHOP, first?.segment]);
    await other.query('commit');
    const after = await segments();
    expect((after[1]?.segment ?? 0n) - (after[0]?.segment ?? 0n)).toBeGreaterThan(1_000_000n);
    expect(await wrongTerms(client)).toEqual([]);
    await fold();
    expect(await wrongTerms(client)).toEqual([]);
  });

  test('are built one by one while rows are written, and fold nothing before that', async () => {
    await client.query("update altiplano.bitmap set state = 'building'; set session_replication_role = replica");
    await add(600, '2026-01-01', '1 hour');
    await client.query('set session_replication_role = origin');
    await other.query("begin; update item set kind = 'open' where price = 3");
    const built: boolean[] = [];
    for (let more = true; more; built.push(more)) {
      await client.query(
        "update item set kind = 'between' where price = 5; delete from item where price = 7 and id < 'a0000000-0000-0000-0000-000000000000'",
      );
      await add(3, '2026-01-10', '1 hour');
      expect((await client.query(`select item_bitmap_fold('${SHOP}') as folded`)).rows).toEqual([{ folded: '0' }]);
      more = (await client.query(`select item_bitmap_build('${SHOP}') as more`)).rows[0].more;
    }
    expect(built).toEqual([true, true, false]);
    await other.query('commit');
    await client.query("update altiplano.bitmap set state = 'ready'");
    expect(await wrongTerms(client)).toEqual([]);
    await fold();
    expect((await segments()).every(({ blocks }) => blocks > 0)).toBe(true);
    expect(await wrongTerms(client)).toEqual([]);
  });
});

describe('terms and bins', () => {
  test('are named alike in SQL and here', async () => {
    for (const term of [
      'live',
      'x'.repeat(200),
      'x'.repeat(201),
      'é'.repeat(100),
      'é'.repeat(101),
      '😀'.repeat(50),
      '😀'.repeat(51),
    ]) {
      const { rows } = await client.query('select altiplano.bounded_term($1) as term', [term]);
      expect(rows).toEqual([{ term: boundedTerm(term) }]);
    }
  });

  test('hold NaN, the infinities, nulls and a value that most rows have', async () => {
    await client.query(`insert into item (shop_id, price, weight, made_at)
      select '${SHOP}', v, case when v::text !~ 'Inf' then v end, now() + n * interval '1 second' from generate_series(1, 120) n,
        lateral (select case n % 6 when 0 then null::float8 when 1 then 'NaN' when 2 then '-Infinity' when 3 then n % 7 when 4 then -n else 4 end as v) v`);
    await fold();
    expect(await wrongTerms(client)).toEqual([]);
    await client.query("update item set price = 4 where price < 3; update item set weight = 'NaN' where weight = 4");
    await fold();
    expect(await wrongTerms(client)).toEqual([]);
    const { rows } = await client.query(
      'select max(cardinality("values")) as most, count(*) filter (where slots is null) as runs from item_bitmap_price',
    );
    expect(rows[0].most).toBeGreaterThan(1);
    expect(rows[0].most).toBeLessThanOrEqual(5);
    expect(Number(rows[0].runs)).toBeGreaterThan(1);
  });
});
