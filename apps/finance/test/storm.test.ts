import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectOwner, type OwnerClient } from 'altiplano';
import { startCommand, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { recount } from '../naive/recount.ts';
import { emptyFinance } from './finance-database.ts';
import { ACCOUNTS, ROWS } from './fixture.ts';
import { type Asked, add } from './pending.ts';

/** `ALTIPLANO_STORM=20000` for a long one. */
const COUNT = Number(process.env.ALTIPLANO_STORM ?? 400);
const FOLDER = fileURLToPath(new URL('./storm/', import.meta.url));

const database = useDatabase(emptyFinance);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await owner.query(ROWS);
});
afterAll(() => owner.end());

type Worker = ReturnType<typeof startCommand>;
const workers: Worker[] = [];
afterEach(() => Promise.all(workers.map((worker) => end(worker, 'SIGKILL'))));

async function start(): Promise<Worker> {
  const worker = startCommand(['worker'], { DATABASE_URL: database.url() }, FOLDER);
  workers.push(worker);
  await expect.poll(() => worker.said.stderr, { timeout: 20_000 }).toContain('worker: started');
  return worker;
}

async function end({ child }: Worker, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** Across two accounts, in both directions, so that who does not wait in order waits forever; a third is drawn dry. */
const asked: fc.Arbitrary<Asked> = fc
  .record({
    kind: fc.constantFrom('deposit', 'withdrawal', 'fee', 'transfer', 'transfer'),
    account: fc.constantFrom(ACCOUNTS.operating, ACCOUNTS.payroll, ACCOUNTS.sales),
    cents: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60_000 })),
  })
  .map(({ kind, account, cents }) => {
    const amount = `${kind === 'deposit' ? '' : '-'}${(cents / 100).toFixed(2)}`;
    if (kind !== 'transfer') return { kind, account, amount };
    const from = account === ACCOUNTS.payroll ? ACCOUNTS.payroll : ACCOUNTS.operating;
    return { kind, account: from, amount, to: from === ACCOUNTS.payroll ? ACCOUNTS.operating : ACCOUNTS.payroll };
  });

const pending = async (): Promise<number> =>
  Number((await owner.query(`select count(*) from finance.transaction where status = 'pending'`)).rows[0]?.count);

test('workers killed at random lose nothing, double nothing and overdraw nothing', async () => {
  for (const one of fc.sample(asked, { numRuns: COUNT, seed: 4 })) {
    await owner.query('begin');
    const transaction = await add(owner, one);
    await owner.query(`select altiplano.insert_job('finance', 'posting', $1, null, 100, null)`, [
      JSON.stringify({ transaction }),
    ]);
    await owner.query('commit');
  }
  const waiting = await pending();
  const living = await Promise.all([start(), start()]);
  let kills = 0;
  for (let left = waiting; left > 0; left = await pending()) {
    await sleep(50 + Math.random() * 250);
    const victim = Math.floor(Math.random() * living.length);
    if (kills < 4) {
      await end(living[victim] as Worker, 'SIGKILL');
      kills += 1;
      expect(await recount(owner, 'finance')).toEqual([]);
      living[victim] = await start();
    }
  }
  expect(kills).toBeGreaterThan(0);
  expect(await recount(owner, 'finance')).toEqual([]);
  const { rows } = await owner.query(
    `select count(*) filter (where status = 'posted')::int as posted, count(*) filter (where status = 'failed')::int as failed
     from finance.transaction where created_at > now() - interval '1 hour'`,
  );
  expect(rows[0]?.posted).toBeGreaterThan(0);
  expect(rows[0]?.failed).toBeGreaterThan(0);
  expect(rows[0]?.posted + rows[0]?.failed).toBe(waiting);
}, 300_000);
