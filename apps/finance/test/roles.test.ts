import { afterEach, expect, test } from 'vitest';
import { ACCOUNTS, ORGANIZATIONS, USERS } from './fixture.ts';
import { ACME, useFinance } from './server.ts';

const api = useFinance();
const link = (role: string) =>
  api
    .owner()
    .query(`update finance.organization_link set role = $1 where user_id = $2 and organization_id = $3`, [
      ...[role, USERS.anna, ORGANIZATIONS.acme],
    ]);
afterEach(() => link('accountant'));

const deposit = { account_id: ACCOUNTS.operating, amount: 1, kind: 'deposit' };
const post = async () =>
  (await api.send({ as: 'anna', method: 'POST', path: '/financial/transactions', headers: ACME, body: deposit }))
    .status;
const may = async (): Promise<readonly string[]> =>
  (await api.send({ as: 'anna', path: '/me/permissions', headers: ACME })).json.permissions;
const WITHIN = { timeout: 1_000, interval: 20 };

test('who may less is told so within a second, and who may more', async () => {
  expect(await post()).toBe(202);
  expect(await may()).toContain('transactions:write');
  await link('viewer');
  await expect.poll(post, WITHIN).toBe(403);
  expect(await may()).toEqual(['accounts:read', 'transactions:read']);
  await link('owner');
  await expect.poll(may, WITHIN).toContain('users:read');
  expect(await post()).toBe(202);
});

test('who is no longer linked, or no longer active, is out within a second', async () => {
  const ask = async () => (await api.send({ as: 'anna', path: '/financial/accounts', headers: ACME })).status;
  expect(await ask()).toBe(200);
  const { rows } = await api
    .owner()
    .query('delete from finance.organization_link where user_id = $1 returning *', [USERS.anna]);
  await expect.poll(ask, WITHIN).toBe(403);
  for (const { user_id, organization_id, role } of rows)
    await api
      .owner()
      .query('insert into finance.organization_link values ($1, $2, $3)', [user_id, organization_id, role]);
  await expect.poll(ask, WITHIN).toBe(200);
  await api.owner().query('update finance.app_user set is_active = false where id = $1', [USERS.anna]);
  await expect.poll(ask, WITHIN).toBe(401);
  await api.owner().query('update finance.app_user set is_active = true where id = $1', [USERS.anna]);
});
