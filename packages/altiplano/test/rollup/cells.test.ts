import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase({
  name: 'engine_cells',
  key: readdirSync(ENGINE.folder)
    .map((file) => readFileSync(new URL(file, ENGINE.folder), 'utf8'))
    .join(),
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
  },
});
let client: OwnerClient;
beforeAll(async () => {
  client = await connectOwner(database.url());
});
afterAll(() => client?.end());

const START = Date.parse('2026-03-01T00:00:00Z') * 1000;
const TODAY = START + 20 * 86_400_000_000;
/** Microseconds after the start: close together, far apart, tied, and around today. */
const instants = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 3_000_000_000_000 }),
      fc.integer({ min: 20 * 86_400_000_000 - 50, max: 20 * 86_400_000_000 + 50 }),
    ),
    { minLength: 1, maxLength: 600 },
  )
  .map((list) => list.map((offset) => START + offset));

const epoch = (expression: string) => `(extract(epoch from ${expression}) * 1000000)::bigint::text`;
const instant = (parameter: string) => `(timestamptz 'epoch' + ${parameter} * interval '1 microsecond')`;

interface Cell {
  readonly since: number;
  readonly until: number;
  readonly rows: number;
}

async function compact(list: readonly number[]): Promise<readonly Cell[]> {
  const { rows } = await client.query(
    `select ${epoch('c.since')} as since, ${epoch('c.until')} as until, c.rows::int as rows
     from (select array_agg(${instant('u')}) as list from unnest($1::bigint[]) u) l,
       altiplano.tally_cells(l.list, null) t,
       altiplano.compact_cells(t::altiplano.cells, ${instant('$2::bigint')}, 'empty') k,
       unnest(k.since, k.until, k.rows) c (since, until, rows)`,
    [list, TODAY],
  );
  return rows.map(({ since, until, rows: held }) => ({ since: Number(since), until: Number(until), rows: held }));
}

const instantCell = (at: number): Cell => ({ since: at, until: at + 1, rows: 1 });

/** What a statement that changed these instants by these signs writes, beside these folded cells. */
async function fit(base: readonly Cell[], list: readonly number[], signs: readonly number[]): Promise<readonly Cell[]> {
  const { rows } = await client.query(
    `with own as (
       select ${instant('u')} as since, sum(s)::bigint as rows from unnest($1::bigint[], $2::bigint[]) u (u, s) group by u
     ), folded as (
       select ${instant('since')} as since, ${instant('until')} as until, rows
       from unnest($3::bigint[], $4::bigint[], $5::bigint[]) b (since, until, rows)
     )
     select ${epoch('c.since')} as since, ${epoch('c.until')} as until, c.rows::int as rows
     from (select coalesce(array_agg(since order by since), '{}') as since, coalesce(array_agg(until order by since), '{}') as until,
             coalesce(array_agg(rows order by since), '{}') as rows from folded) b,
       (select coalesce(array_agg(since order by since), '{}') as since, coalesce(array_agg(rows order by since), '{}') as rows
        from own where rows <> 0) o,
       altiplano.fit_cells(
         row(o.since, array(select u + interval '1 microsecond' from unnest(o.since) u), o.rows, null)::altiplano.cells,
         b.since, b.until, b.rows, ${instant('$6::bigint')}) k,
       unnest(k.since, k.until, k.rows) c (since, until, rows)`,
    [list, signs, base.map(({ since }) => since), base.map(({ until }) => until), base.map((one) => one.rows), TODAY],
  );
  return rows.map(({ since, until, rows: held }) => ({ since: Number(since), until: Number(until), rows: held }));
}

/** How a page counts what is later than a start: rows up to the end of the cells that reach over it, whole cells from there. */
function later(cells: readonly Cell[], rows: readonly number[], start: number): number {
  const over = cells.filter(({ since, until }) => since <= start && until > start + 1);
  const upto = Math.max(start + 1, ...over.map(({ until }) => until));
  const counted = rows.filter((at) => at > start && at < upto).length;
  return cells.filter(({ since }) => since >= upto).reduce((sum, cell) => sum + cell.rows, counted);
}

const inside = (list: readonly number[], { since, until }: Cell) => list.filter((at) => at >= since && at < until);

describe('cells of time', () => {
  test('hold every row once, are disjoint and dyadic, and wide ones hold 128 rows at most', async () => {
    await fc.assert(
      fc.asyncProperty(instants, async (list) => {
        const cells = await compact(list);
        for (const [index, cell] of cells.entries()) {
          const width = cell.until - cell.since;
          expect(cell.rows).toBe(inside(list, cell).length);
          if (index > 0) expect(cell.since).toBeGreaterThanOrEqual(cells[index - 1]?.until ?? 0);
          if (width === 1) continue;
          expect(cell.rows).toBeLessThanOrEqual(128);
          expect(Number.isInteger(Math.log2(width) / 2)).toBe(true);
          expect((cell.since - Date.parse('2000-01-01T00:00:00Z') * 1000) % width).toBe(0);
          expect(cell.since > TODAY || cell.until <= TODAY).toBe(true);
        }
        expect(cells.reduce((sum, { rows }) => sum + rows, 0)).toBe(list.length);
      }),
      { numRuns: 60 },
    );
  });

  test('of a statement that moves rows, beside folded cells however fine, tell every start of a window right', async () => {
    const moves = fc.array(fc.tuple(fc.nat(), fc.constantFrom(-3_600_000_000, 1, 86_400_000_000)), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(instants, moves, fc.boolean(), async (list, chosen, isFolded) => {
        const moved = new Map(chosen.map(([index, by]) => [index % list.length, by]));
        const after = list.map((at, index) => at + (moved.get(index) ?? 0));
        const gone = [...moved.keys()].map((index) => list[index] as number);
        const come = [...moved.keys()].map((index) => after[index] as number);
        const base = isFolded ? await compact(list) : list.map(instantCell);
        const cells = [
          ...base,
          ...(await fit(base, [...gone, ...come], [...gone.map(() => -1), ...come.map(() => 1)])),
        ];
        for (const start of [...list, ...after, ...after.map((at) => at - 1)]) {
          expect(later(cells, after, start)).toBe(after.filter((at) => at > start).length);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('merge into the widest cell they lie in, cancel out, and end where nobody looks', async () => {
    const { rows } = await client.query(
      `select array(select extract(epoch from u) from unnest(since) u)::text as since, rows::text, value::text
       from altiplano.merge_cells(
         array[to_timestamp(8), to_timestamp(0), to_timestamp(4), to_timestamp(20), to_timestamp(30), to_timestamp(20)],
         array[to_timestamp(9), to_timestamp(16), to_timestamp(8), to_timestamp(21), to_timestamp(31), to_timestamp(21)],
         '{1,2,3,4,5,-4}', '{0.5,1,1,7,9,-7}', to_timestamp(16))`,
    );
    expect(rows).toEqual([{ since: '{0.000000,30.000000}', rows: '{6,5}', value: '{2.5,9}' }]);
  });

  test('months are added up, none is kept for nothing', async () => {
    const { rows } = await client.query(
      `select cardinality(month) as months, value::text from altiplano.merge_months(
         array['2026-01-01Z', '2026-02-01Z', '2026-02-01Z', '2026-03-01Z', '2026-03-01Z']::timestamptz[],
         '{9, 1, 2.5, 4, -4}', '2026-02-01Z')`,
    );
    expect(rows).toEqual([{ months: 1, value: '{3.5}' }]);
  });
});
