import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { useDatabase } from '../../support/database.ts';
import { runsOf } from '../../support/runs.ts';
import { onShelf, SHOP, shelf } from './shelf.ts';

const database = useDatabase(shelf);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await onShelf(await connectOwner(database.url()));
  await owner.query(`set altiplano.tenant = '${SHOP}'`);
});
afterAll(() => owner.end());

const WIDTH = 64;
/** Few values, so that bins of one value come and go; NaN has the last bin, the infinities none of their own. */
const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 90 }).map((value) => value / 10) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const anyChange = fc.record({
  slot: fc.integer({ min: 0, max: WIDTH - 1 }),
  value: fc.option(anyValue, { freq: 5 }),
});
const anySteps = fc.array(fc.array(anyChange, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 40 });

/** What a comparison has to find, in the order that numbers have in an index. */
const after = (one: number, other: number) => (Number.isNaN(one) ? !Number.isNaN(other) : one > other);

/** Rows by slot, with their value or none. */
type Kept = Map<number, number | null>;

async function settle(kept: Kept, changes: readonly { slot: number; value: number | null }[]) {
  const last = [...new Map(changes.map(({ slot, value }) => [slot, value]))];
  const changed = last.filter(([slot, value]) => !Object.is(kept.get(slot), value));
  const gone = changed.flatMap(([slot]) => (typeof kept.get(slot) === 'number' ? [[slot, kept.get(slot)]] : []));
  const came = changed.filter(([, value]) => value !== null);
  for (const [slot, value] of changed) kept.set(slot, value);
  const arrays = [gone, came].flatMap((pairs) => [1, 0].map((of) => pairs.map((pair) => String(pair[of]))));
  const lacks = changed.some(([, value]) => value === null);
  await owner.query(`select item_bitmap_price_settle($1, 1, ${WIDTH}, $2, $3, $4, $5, $6)`, [SHOP, lacks, ...arrays]);
}

async function wrong(kept: Kept): Promise<readonly string[]> {
  const ends = [...new Set([...kept.values(), 4.05, 11, null])];
  const pairs = ends.flatMap((above) => ends.map((below) => [above, below] as const));
  const text = (value: number | null) => (value === null ? 'null' : `'${value}'`);
  const asked = pairs.map(([above, below], index) => `(${index}, ${text(above)}::float8, ${text(below)}::float8)`);
  const { rows } = await owner.query<{ index: number; strict: boolean; bits: string }>(
    `select a.index, s.strict, b.bits::text as bits from (values ${asked.join(', ')}) a (index, above, below)
     cross join (values (true), (false)) s (strict)
     cross join lateral item_bitmap_price_between('${SHOP}', a.above, not s.strict, a.below, not s.strict) b`,
  );
  const found = new Map(rows.map(({ index, strict, bits }) => [`${index} ${strict}`, bits]));
  return pairs.flatMap(([above, below], index) =>
    [true, false].flatMap((strict) => {
      const within = (value: number | null) =>
        value !== null &&
        (above === null || after(value, above) || (!strict && !after(above, value))) &&
        (below === null || after(below, value) || (!strict && !after(value, below)));
      const bits = found.get(`${index} ${strict}`) ?? '';
      const slots = [...kept.keys()].filter((slot) => within(kept.get(slot) ?? null) !== (bits[slot] === '1'));
      return slots.length === 0 ? [] : [`${above} ${strict ? '<' : '<='} ${below}: ${slots}`];
    }),
  );
}

test('bins that are changed a little, or made again where a change does not fit, say which rows lie between', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      await owner.query('truncate item_bitmap_price, item_bitmap_price_lows');
      const kept: Kept = new Map();
      for (const changes of steps) await settle(kept, changes);
      expect(await wrong(kept)).toEqual([]);
    }),
    { numRuns: runsOf(30), endOnFailure: true },
  );
});
