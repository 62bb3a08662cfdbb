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

/** The next cell of three days after a window of now begins: whatever day it is, 34 rows two hours apart stay inside it when they are moved. */
const CELL = 2 ** 38 / 1_000;
const SINCE_2000 = NOW - 30 * 24 * HOUR - Date.UTC(2000, 0, 1);
const BEGIN = new Date(Date.UTC(2000, 0, 1) + Math.ceil(SINCE_2000 / CELL) * CELL).toISOString();

// So many rows come as go: the cells that a statement writes say nothing, and have to be there all the same.
test.each([
  [-3600, 34],
  [-3600, 70],
  [3600, 70],
  [1800, 70],
])('moved by %i seconds inside a cell, %i rows are counted where they are now', async (shift, rows) => {
  await reset(client);
  await client.query(
    `insert into callbot.call (workspace_id, customer_id, direction, status, call_type, created_at)
     select workspace_id, id, 'outbound', 'completed', 'direct', $2::timestamptz + i * interval '2 hours'
     from callbot.customer, generate_series(1, $3::int) i where id = $1`,
    [CUSTOMERS[0], BEGIN, rows],
  );
  await foldSome(client);
  await client.query(`update callbot.call set created_at = created_at + $1 * interval '1 second'`, [shift]);
  expect(await wrongFigures(client, EVERY)).toEqual([]);
  await foldSome(client);
  expect(await wrongFigures(client, EVERY)).toEqual([]);
});
