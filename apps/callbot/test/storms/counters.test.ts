import { expect, test } from 'vitest';
import { CUSTOMERS_PATH, useApi } from '../contract/api.ts';
import { CLIENTS, CROWD, deadlocks, expectRecounted, expectStatus, ROUNDS, STORM_ROWS, storm } from './storm.ts';

const api = useApi({}, STORM_ROWS);

/** Reads, adds one and writes back under the tag it read, until it succeeds; 1 for the one it has added. */
async function increment(id: string): Promise<{ readonly refused: number }> {
  for (let refused = 0; ; refused++) {
    const { json, headers } = await api.read(id);
    const answer = await api.send({
      method: 'PATCH',
      path: `${CUSTOMERS_PATH}${id}/`,
      body: { other_attributes: { count: json.other_attributes.count + 1 } },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    expectStatus(answer, 200, 412);
    if (answer.status === 200) return { refused };
  }
}

test('no update is lost: every success is one more', async () => {
  const counters = CROWD.slice(0, 3);
  const added = new Map(counters.map((id) => [id, 0]));
  let refused = 0;
  await storm(
    Array.from({ length: CLIENTS }, (_, client) => async (round: number) => {
      const id = counters[(client + round) % counters.length] ?? '';
      refused += (await increment(id)).refused;
      added.set(id, (added.get(id) ?? 0) + 1);
    }),
  );
  expect([...added.values()].reduce((sum, one) => sum + one)).toBe(CLIENTS * ROUNDS);
  for (const [id, count] of added) expect((await api.read(id)).json.other_attributes.count).toBe(count);
  // Without a race there was nothing to lose.
  expect(refused).toBeGreaterThan(0);
  expect(await deadlocks(api)).toBe(0);
  await expectRecounted(api);
}, 600_000);
