import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recount } from '../naive/recount.ts';
import { emptyFinance } from './finance-database.ts';
import { ACCOUNTS, ORGANIZATIONS, ROWS, TEAMS, transactionId, USERS } from './fixture.ts';

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

const columns =
  'id, tenant_type, tenant_id, account_id, transfer_id, amount, kind, status, failure, created_by, posted_at';
const row = (number: number, amount: string, kind: string, given: Partial<Record<string, string>> = {}) => {
  const {
    account = ACCOUNTS.operating,
    type = 'organization',
    tenant = ORGANIZATIONS.acme,
    status = 'pending',
  } = given;
  const transfer = given.transfer === undefined ? 'null' : `'${given.transfer}'`;
  return `('${transactionId(number)}', '${type}', '${tenant}', '${account}', ${transfer}, ${amount}, '${kind}', '${status}',
    ${status === 'failed' ? `'no'` : 'null'}, '${USERS.anna}', ${status === 'posted' ? 'now()' : 'null'})`;
};
const insert = (...rows: readonly string[]) => `insert into finance.transaction (${columns}) values ${rows.join(', ')}`;
const constraintOf = async (text: string): Promise<string | null> => {
  try {
    await owner.query(text);
    return null;
  } catch (error) {
    return String((error as { readonly constraint?: string }).constraint);
  }
};
const balance = async (account: string) =>
  (await owner.query('select balance from finance.account where id = $1', [account])).rows[0]?.balance;

test('the balance is the sum of what is posted', async () => {
  expect([await balance(ACCOUNTS.operating), await balance(ACCOUNTS.payroll)]).toEqual(['1000.40', '250.00']);
  expect(await balance(ACCOUNTS.dollars)).toBe('0.00');
  await owner.query(insert(row(20, '3', 'deposit', { status: 'posted' }), row(21, '4', 'deposit')));
  expect(await balance(ACCOUNTS.operating)).toBe('1003.40');
  await owner.query(`delete from finance.transaction where id = '${transactionId(20)}'`);
  expect(await balance(ACCOUNTS.operating)).toBe('1000.40');
  expect(await recount(owner, 'finance')).toEqual([]);
  await owner.query('truncate finance.transaction');
  expect(await balance(ACCOUNTS.operating)).toBe('0.00');
});

test('an account changes its currency before its first transaction or never, however close they come', async () => {
  const other = await connectOwner(database.url());
  try {
    await owner.query(`begin; ${insert(row(20, '3', 'deposit', { account: ACCOUNTS.dollars }))}`);
    const change = other
      .query('update finance.account set currency = $2 where id = $1', [ACCOUNTS.dollars, 'EUR'])
      .then(() => 'changed')
      .catch((error: { readonly code?: string }) => error.code);
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    for (let turn = 0; turn < 250 && (await owner.query(waits)).rowCount === 0; turn++) await sleep(20);
    await owner.query('commit');
    expect(await change).toBe('ALT04');
  } finally {
    await other.end();
  }
});

describe('the database refuses', () => {
  test.each([
    ['nothing', row(20, '0', 'deposit'), 'transaction_amount'],
    ['what is no number', row(20, `'NaN'`, 'deposit'), 'transaction_amount'],
    ['a deposit that takes', row(20, '-1', 'deposit'), 'transaction_sign'],
    ['a withdrawal that gives', row(20, '1', 'withdrawal'), 'transaction_sign'],
    ['a fee that gives', row(20, '1', 'fee'), 'transaction_sign'],
    ['an unknown kind', row(20, '1', 'gift'), 'transaction_kind'],
    ['an unknown state', row(20, '1', 'deposit', { status: 'done' }), 'transaction_status'],
    ['an account of another tenant', row(20, '1', 'deposit', { account: ACCOUNTS.theirs }), 'transaction_account'],
    ['another kind of tenant', row(20, '1', 'deposit', { type: 'team', tenant: TEAMS.sales }), 'transaction_account'],
    ['what is not covered', row(20, '-1000.41', 'fee', { status: 'posted' }), 'account_covered'],
    ['a transfer of no transfer', row(20, '-1', 'transfer'), 'transaction_transfer'],
    ['one leg', row(20, '-1', 'transfer', { transfer: transactionId(20) }), 'transaction_legs'],
  ])('%s', async (_, values, constraint) => {
    expect(await constraintOf(insert(values))).toBe(constraint);
  });

  const transfer = transactionId(20);
  test.each([
    ['of different sums', row(21, '2', 'transfer', { transfer, account: ACCOUNTS.payroll })],
    ['within one account', row(21, '1', 'transfer', { transfer })],
    ['into another currency', row(21, '1', 'transfer', { transfer, account: ACCOUNTS.dollars })],
    [
      'into another tenant',
      row(21, '1', 'transfer', { transfer, account: ACCOUNTS.sales, type: 'team', tenant: TEAMS.sales }),
    ],
    ['half of which is posted', row(21, '1', 'transfer', { transfer, account: ACCOUNTS.payroll, status: 'posted' })],
  ])('a transfer %s', async (_, other) => {
    expect(await constraintOf(insert(row(20, '-1', 'transfer', { transfer }), other))).toBe('transaction_legs');
  });

  test.each([
    `update finance.transaction set amount = 1 where id = '${transactionId(1)}'`,
    `update finance.transaction set status = 'failed', failure = 'no', posted_at = null where id = '${transactionId(1)}'`,
    `update finance.transaction set memo = 'other' where id = '${transactionId(5)}'`,
  ])('to rewrite what was decided: %s', async (text) => {
    expect(await constraintOf(text)).toBe('transaction_final');
  });

  test('half of a transfer to be deleted', async () => {
    expect(await constraintOf(`delete from finance.transaction where id = '${transactionId(3)}'`)).toBe(
      'transaction_legs',
    );
  });

  test('an account of nobody, and one in a currency that nobody knows', async () => {
    const account = (type: string, tenant: string, currency: string) =>
      `insert into finance.account (tenant_type, tenant_id, name, currency, created_by, updated_by)
       values ('${type}', '${tenant}', 'A', '${currency}', '${USERS.anna}', '${USERS.anna}')`;
    expect(await constraintOf(account('organization', ORGANIZATIONS.acme, 'XXX'))).toBe('account_currency');
    expect(await constraintOf(account('organization', TEAMS.sales, 'EUR'))).toBe('account_organization');
    expect(await constraintOf(account('team', ORGANIZATIONS.acme, 'EUR'))).toBe('account_team');
    expect(await constraintOf(account('user', ORGANIZATIONS.acme, 'EUR'))).toBe('account_user');
    expect(await constraintOf(account('planet', ORGANIZATIONS.acme, 'EUR'))).toBe('account_tenant_type');
  });
});
