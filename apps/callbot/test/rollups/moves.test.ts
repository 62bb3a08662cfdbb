import type { OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { CUSTOMERS, NOW, WORKSPACES } from './histories.ts';
import { reset } from './play.ts';
import { foldSome, openRecounting, wrongFigures } from './recount.ts';

const database = useDatabase(emptyCallbot);
let client: OwnerClient;

beforeAll(async () => {
  client = await openRecounting(database.url());
  await client.query('insert into callbot.workspace (id, name) select i, i from unnest($1::uuid[]) i', [WORKSPACES]);
});
afterAll(() => client?.end());

const HOUR = 3_600_000;
/** Instants whose window begins every half hour of the six days that the rows lie in. */
const EVERY = Array.from({ length: 300 }, (_, index) => new Date(NOW + (index - 6) * (HOUR / 2)).toISOString());

// So many rows come as go: the cells that a statement writes say nothing, and have to be there all the same.
test.each([-3600, 3600, 1800])(
  'rows moved by %i seconds inside a cell are counted where they are now',
  async (shift) => {
    await reset(client);
    await client.query(
      `insert into callbot.call (workspace_id, customer_id, direction, status, call_type, created_at)
     select workspace_id, id, 'outbound', 'completed', 'direct', $2::timestamptz + i * interval '2 hours'
     from callbot.customer, generate_series(1, 70) i where id = $1`,
      [CUSTOMERS[0], new Date(NOW - 30 * 24 * HOUR).toISOString()],
    );
    await foldSome(client);
    await client.query(`update callbot.call set created_at = created_at + $1 * interval '1 second'`, [shift]);
    expect(await wrongFigures(client, EVERY)).toEqual([]);
    await foldSome(client);
    expect(await wrongFigures(client, EVERY)).toEqual([]);
  },
);
