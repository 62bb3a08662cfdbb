import { connectOwner, type OwnerClient } from 'altiplano';
import { runCounted, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { posting, UNCOVERED } from '../jobs/posting.ts';
import { recount } from '../naive/recount.ts';
import { emptyFinance } from './finance-database.ts';
import { ACCOUNTS, ROWS } from './fixture.ts';
import { add, statesOf } from './pending.ts';

const database = useDatabase(emptyFinance);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
});
afterAll(() => owner.end());
beforeEach(async () => {
  await owner.query('truncate finance.organization, finance.app_user cascade');
  await owner.query(ROWS);
});
const post = (transaction: string, steps?: number) =>
  runCounted(owner, posting, { payload: { transaction }, ...(steps === undefined ? {} : { steps }) });
const balances = async () =>
  (
    await owner.query(`select balance::text from finance.account where id = any ($1) order by id`, [
      [ACCOUNTS.operating, ACCOUNTS.payroll],
    ])
  ).rows.map((row) => row.balance);

describe('posting', () => {
  test('of what was left lying goes on past one that cannot be decided', async () => {
    const poison = await add(owner, { amount: '1', at: -120 });
    const sound = await add(owner, { amount: '2', account: ACCOUNTS.payroll, at: -110 });
    await owner.query(`
      create function finance.refuse_poison() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
      create trigger poison before update on finance.transaction for each row when (old.id = '${poison}')
        execute function finance.refuse_poison()`);
    try {
      await expect(runCounted(owner, posting, { payload: {} })).rejects.toThrow('poison');
      expect(await statesOf(owner, [poison, sound])).toEqual(['pending', 'posted']);
    } finally {
      await owner.query('drop function finance.refuse_poison cascade');
    }
  });

  test('adds a deposit, and takes what is covered to the last cent', async () => {
    const deposit = await add(owner, { amount: '0.60' });
    const all = await add(owner, { amount: '-1001.00', kind: 'withdrawal' });
    await post(deposit);
    expect(await balances()).toEqual(['1001.00', '250.00']);
    await post(all);
    expect(await balances()).toEqual(['0.00', '250.00']);
    expect(await statesOf(owner, [deposit, all])).toEqual(['posted', 'posted']);
  });

  test.each(['withdrawal', 'fee'])('fails a %s of a cent more than there is, and says why', async (kind) => {
    const id = await add(owner, { amount: '-1000.41', kind });
    await post(id);
    const { rows } = await owner.query('select status, failure, posted_at from finance.transaction where id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ status: 'failed', failure: UNCOVERED, posted_at: null }]);
    expect(await balances()).toEqual(['1000.40', '250.00']);
  });

  test('posts both legs of a transfer or neither', async () => {
    const covered = await add(owner, { amount: '-1000.40', kind: 'transfer', to: ACCOUNTS.payroll });
    const empty = await add(owner, { amount: '-0.01', kind: 'transfer', to: ACCOUNTS.payroll });
    await post(empty);
    expect(await balances()).toEqual(['0.00', '1250.40']);
    expect(await statesOf(owner, [covered, empty])).toEqual(['posted', 'failed']);
    const { rows } = await owner.query('select status, failure from finance.transaction where transfer_id = $1', [
      empty,
    ]);
    expect(rows).toEqual([
      { status: 'failed', failure: UNCOVERED },
      { status: 'failed', failure: UNCOVERED },
    ]);
    expect(await recount(owner, 'finance')).toEqual([]);
  });

  test('posts both legs at one instant, however long the database takes from one to the other', async () => {
    const id = await add(owner, { amount: '-1', kind: 'transfer', to: ACCOUNTS.payroll });
    await owner.query(`
      create function finance.tarry() returns trigger language plpgsql as $$ begin perform pg_sleep(0.01); return new; end $$;
      create trigger tarry before update on finance.transaction for each row execute function finance.tarry()`);
    try {
      await post(id);
    } finally {
      await owner.query('drop function finance.tarry cascade');
    }
    const { rows } = await owner.query(
      `select count(*)::int as legs, count(distinct posted_at)::int as instants from finance.transaction where transfer_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ legs: 2, instants: 1 }]);
  });

  test('is done once, whoever comes again', async () => {
    const id = await add(owner, { amount: '1' });
    await post(id);
    const again = await post(id);
    expect(again).toMatchObject({ read: 1, written: 0 });
    expect(await balances()).toEqual(['1001.40', '250.00']);
  });

  test('leaves what came to pass if it is killed at its end, and nothing of it else', async () => {
    const id = await add(owner, { amount: '-10', kind: 'transfer', to: ACCOUNTS.payroll });
    await post(id, 0);
    expect(await statesOf(owner, [id])).toEqual(['pending']);
    expect(await balances()).toEqual(['1000.40', '250.00']);
    await post(id);
    expect(await balances()).toEqual(['990.40', '260.00']);
  });

  test('goes by the order in which they came, across accounts', async () => {
    const deposit = await add(owner, { amount: '500', at: 1 });
    const transfer = await add(owner, { amount: '-1500', kind: 'transfer', to: ACCOUNTS.payroll, at: 2 });
    const withdrawal = await add(owner, { account: ACCOUNTS.payroll, amount: '-1750', kind: 'withdrawal', at: 3 });
    await post(withdrawal);
    expect(await statesOf(owner, [deposit, transfer, withdrawal])).toEqual(['posted', 'posted', 'posted']);
    expect(await balances()).toEqual(['0.40', '0.00']);
  });

  test('of ten at once that one balance covers one of lets one through', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 10; count++) ids.push(await add(owner, { amount: '-1000.40', kind: 'withdrawal' }));
    const others = await Promise.all(ids.map(() => connectOwner(database.url())));
    await Promise.all(
      others.map(async (other, place) => {
        await runCounted(other, posting, { payload: { transaction: ids[place] } });
        await other.end();
      }),
    );
    expect([...(await statesOf(owner, ids))].sort()).toEqual([...Array(9).fill('failed'), 'posted']);
    expect(await balances()).toEqual(['0.00', '250.00']);
  });

  test('without a transaction takes up whatever was left lying for a minute', async () => {
    const old = await add(owner, { amount: '1', at: -120 });
    const young = await add(owner, { amount: '1', at: 0, account: ACCOUNTS.payroll });
    await runCounted(owner, posting, { payload: {} });
    expect(await statesOf(owner, [old, young])).toEqual(['posted', 'pending']);
  });

  test('costs five statements however much an account has seen', async () => {
    const id = await add(owner, { amount: '1' });
    expect(await post(id)).toMatchObject({ read: 2, written: 3 });
  });
});
