import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { runCounted } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { posting } from '../jobs/posting.ts';
import { recount } from '../naive.ts';
import { ACCOUNTS, transactionId } from './fixture.ts';
import { ACME, useFinance } from './server.ts';

const api = useFinance();
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(api.url());
});
afterAll(() => owner.end());

const post = (body: object, headers: Record<string, string> = {}) =>
  api.send({ as: 'anna', method: 'POST', path: '/financial/transactions', headers: { ...ACME, ...headers }, body });
const get = async (path: string) => (await api.send({ as: 'vera', path, headers: ACME })).json;
const jobsOf = async (transaction: string) =>
  (
    await owner.query(`select state from altiplano.job_run where name = 'posting' and payload ->> 'transaction' = $1`, [
      transaction,
    ])
  ).rows;

test('what is asked for has its job in the same transaction, and is shown as it was decided', async () => {
  const answer = await post({
    account_id: ACCOUNTS.operating,
    amount: 0.4,
    kind: 'transfer',
    to_account_id: ACCOUNTS.payroll,
  });
  const { id } = answer.json;
  expect([answer.status, answer.headers.get('location')]).toEqual([
    202,
    `${api.origin()}/financial/transactions/${id}`,
  ]);
  expect(await jobsOf(id)).toEqual([{ state: 'queued' }]);
  await runCounted(owner, posting, { payload: { transaction: id } });
  expect(await get(`/financial/transactions/${id}`)).toMatchObject({ amount: -0.4, status: 'posted', failure: null });
  expect(await get(`/financial/accounts/${ACCOUNTS.operating}`)).toMatchObject({ balance: 1000, transaction_count: 4 });
  expect(await get(`/financial/accounts/${ACCOUNTS.payroll}`)).toMatchObject({ balance: 250.4, transaction_count: 3 });
  expect(await recount(owner, 'finance')).toEqual([]);
});

test('ten at once with one key are one transaction and one job', async () => {
  const body = { account_id: ACCOUNTS.operating, amount: 1, kind: 'deposit', memo: 'once' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(body, { 'idempotency-key': 'ten' })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const ids = new Set(answers.map(({ json }) => json.id));
  expect(ids.size).toBe(1);
  expect(await jobsOf([...ids][0])).toHaveLength(1);
  const { rows } = await owner.query(`select count(*)::int as count from finance.transaction where memo = 'once'`);
  expect(rows).toEqual([{ count: 1 }]);
});

test('what is refused leaves neither', async () => {
  const count = async () =>
    (
      await owner.query(
        `select (select count(*) from finance.transaction) + (select count(*) from altiplano.job_run) as n`,
      )
    ).rows;
  const before = await count();
  expect((await post({ account_id: ACCOUNTS.operating, amount: -1, kind: 'deposit' })).status).toBe(400);
  expect((await post({ account_id: ACCOUNTS.theirs, amount: 1, kind: 'deposit' })).status).toBe(400);
  expect(await count()).toEqual(before);
});

test('a transfer waits for a change of currency that is under way, and says what came of it', async () => {
  const savings = transactionId(40);
  await owner.query(
    `insert into finance.account (id, tenant_type, tenant_id, name, currency, created_by, updated_by)
     select $1, tenant_type, tenant_id, 'Savings', currency, created_by, updated_by from finance.account where id = $2`,
    [savings, ACCOUNTS.operating],
  );
  const transfer = { account_id: ACCOUNTS.operating, amount: 1, kind: 'transfer', to_account_id: savings };
  const changing = await connectOwner(api.url());
  try {
    await changing.query('begin');
    await changing.query(`update finance.account set currency = 'USD' where id = $1`, [savings]);
    const answer = post(transfer);
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    for (let turn = 0; turn < 250 && (await owner.query(waits)).rowCount === 0; turn++) await sleep(20);
    await changing.query('commit');
    const { status, json } = await answer;
    expect([status, json.code]).toEqual([400, 'REQ_INVALID']);
    expect(json.errors).toEqual({ to_account_id: ['Is in USD, and the account in EUR.'] });
  } finally {
    await changing.end();
  }
});

test.each([
  ['more than there can be', { amount: 1e16 }, { amount: ['Must be a number from 0.01 to 9999999999999999.99.'] }],
  ['nothing', { amount: 0 }, { amount: ['Must be a number from 0.01 to 9999999999999999.99.'] }],
  ['a third decimal', { amount: 0.011 }, { amount: ['Must have at most 16 digits before the point and 2 after it.'] }],
  ['a transfer to null', { kind: 'transfer', to_account_id: null }, { to_account_id: ['Must not be null.'] }],
  ['a transfer to nowhere', { kind: 'transfer' }, { to_account_id: ['A transfer needs it.'] }],
])('%s is refused by name', async (_name, given, errors) => {
  const { status, json } = await post({ account_id: ACCOUNTS.operating, amount: 1, kind: 'deposit', ...given });
  expect([status, json.errors]).toEqual([400, errors]);
});
