import { type Explanation, explainUrl, isFurtherServer, useDatabase, withOwner } from 'altiplano/testing';
import { describe, expect, test } from 'vitest';
import { LIST, ORIGIN, useAsker } from './asker.ts';
import { adminOf, SIZES, SIZES_TOLD, sizedCallbot, workspaceOf } from './sizes.ts';

const database = useDatabase(sizedCallbot);
const asker = useAsker(database, '2026-01-02T00:00:00Z');

async function explainAt(index: number, query: string): Promise<Explanation> {
  const caller = { userId: adminOf(index), role: 'admin', attributes: { employee_id: null } };
  return explainUrl(asker.service(), caller, new URL(`${LIST}?workspace_id=${workspaceOf(index)}&${query}`, ORIGIN));
}

const buffersAt = async (query: string) =>
  Promise.all(SIZES.map(async (_, index) => (await explainAt(index, query)).explained.buffers));

/** Filters that one path answers: a page of them costs the same in every workspace. */
const BOUNDED: Readonly<Record<string, string>> = {
  'no filter': '',
  'one status': 'status=active',
  'no status': 'status__isnull=true',
  'all but one status': 'status__neq=blocked',
  'three facets': 'status=active&quality=hot&call_status__neq=failed',
  'a carrier': 'carrier=Viettel',
  'a flag': 'is_test=true',
  'an attribute': 'other_attributes=city=Hanoi',
  'an attribute nobody has': 'other_attributes=city=Atlantis',
  'a duration': 'duration=6',
  'a window of time': 'created_at__lt=2025-12-30',
  'a large page': 'page_size=100',
};

describe('cost of a page', () => {
  test.each(Object.entries(BOUNDED))(`%s: the same at ${SIZES_TOLD} customers`, async (_, query) => {
    const [small = 0, middle = 0, large = 0] = await buffersAt(query);
    // A tree of 64,000 entries is one level higher than one of 1,000, and 100 sorted lookups of so few meet on its leaves.
    expect(large / Math.max(small, 20)).toBeLessThan(1.5);
    expect(large / Math.max(middle, 20)).toBeLessThan(1.2);
    if (query === '') expect(large).toBeLessThanOrEqual(300); // the design's budget
    const { plan, bound } = await explainAt(2, query);
    expect(bound).toBe('kept');
    const isFiltered = !/^$|^(created_at|page_size)/.test(query);
    expect(plan.kind === 'list' && plan.access.kind).toBe(isFiltered ? 'bitmap' : 'walk');
  });

  test('page 1, page 40 and the last page cost the same', async () => {
    const first = await explainAt(2, '');
    const deep = async (created: string, window = '') => {
      const { body } = await asker.ask(adminOf(2), `workspace_id=${workspaceOf(2)}&created_at__lt=${created}`);
      const next = new URL(JSON.parse(body).next).searchParams.get('cursor');
      return (await explainAt(2, `${window}cursor=${next}`)).explained.buffers;
    };
    // Customers are seven minutes apart.
    const created = (place: number) => new Date(Date.UTC(2026, 0, 1) - place * 7 * 60_000).toISOString();
    for (const place of [1_000, SIZES[2] / 2, SIZES[2] - 500]) {
      expect((await deep(created(place))) / first.explained.buffers).toBeLessThan(1.2);
      // A walk begins at its cursor, not where the window begins: in the other order all between was read.
      const windowed = await deep(created(place), `created_at__lt=${created(500)}&`);
      expect(windowed / first.explained.buffers).toBeLessThan(1.2);
    }
  });

  test('ten times the calls change nothing', async () => {
    const before = (await explainAt(1, '')).explained.buffers;
    await withOwner(database.url(), async (client) => {
      await client.query(`
        insert into callbot.call (workspace_id, customer_id, direction, status, duration, duration_seconds, call_type, created_at)
        select workspace_id, customer_id, direction, status, duration, duration_seconds, call_type, created_at + n * interval '1 second'
        from callbot.call, generate_series(1, 9) n
        where workspace_id = '${workspaceOf(1)}' and created_at < timestamptz '2025-12-20'`);
      await client.query('vacuum analyze callbot.call');
    });
    // Nine more calls that nobody has folded yet: looked up in the deltas, and the newest call in its index.
    const unfolded = await explainAt(1, '');
    expect(unfolded.bound).toBe('kept');
    await withOwner(database.url(), async (client) => {
      await client.query(`
        set search_path to callbot;
        select customer_call_rollup_fold(array_agg(tenant), array_agg(parent)) from customer_call_rollup_pending(100000)`);
    });
    // Folded deltas wait for the next rotation: one look a row, which finds nothing.
    expect((await explainAt(1, '')).explained.buffers / before).toBeLessThan(1.3);
    await withOwner(database.url(), (client) =>
      client
        .query('truncate callbot.customer_call_rollup_delta_0, callbot.customer_call_rollup_delta_1')
        .then(() => {}),
    );
    expect((await explainAt(1, '')).explained.buffers / before).toBeLessThan(1.05);
  });
});

test("costs are a page's own while other sessions create and drop", async () => {
  const { bound, explained } = await explainAt(1, 'status=active');
  expect(bound).toBe('kept');
  let over = false;
  // Some thousand messages at each turn: what the others' queue of 4,096 loses, they make up by forgetting all they know.
  const storm = withOwner(database.url(), async (client) => {
    const turn = Array.from(
      { length: 40 },
      (_, n) => `create temporary table t_${n} (a int, b text); drop table t_${n};`,
    );
    while (!over) await client.query(turn.join(''));
  });
  const seen = new Set<number>();
  try {
    for (let turn = 0; turn < 20; turn++) seen.add((await explainAt(1, 'status=active')).explained.buffers);
  } finally {
    over = true;
    await storm;
  }
  expect([...seen]).toEqual([explained.buffers]);
});

// Planted faults: a bound that could not be broken would prove nothing. Of the smaller workspaces of a further PostgreSQL even
// reading all is within the first.
const FAULTS = [
  ['', 'drop index callbot.idx_customer_page, callbot.idx_customer_order', 'broken'],
  ['carrier=Nobody&page_size=1', 'alter table callbot.customer_bitmap drop constraint customer_bitmap_pkey', 'broken'],
] as const;
test.each(FAULTS.slice(isFurtherServer ? 1 : 0))(
  'without its index a page of %j exceeds its bound, and explain says so',
  async (query, fault, said) => {
    expect((await explainAt(2, query)).bound).toBe('kept');
    await withOwner(database.url(), (client) => client.query(fault).then(() => {}));
    const { bound, explained, plan } = await explainAt(2, query);
    expect(bound).toBe(said);
    expect(explained.finding).toBeGreaterThan(plan.bound.finding);
  },
);
