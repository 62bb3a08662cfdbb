import { connectOwner, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recount } from '../naive/recount.ts';
import { answerNaively } from '../naive.ts';
import { emptyFinance, sampledFinance } from './finance-database.ts';
import { ACCOUNTS, ORGANIZATIONS, ROWS, TEAMS, transactionId, USERS, type User } from './fixture.ts';

const database = useDatabase(emptyFinance);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await owner.query(ROWS);
});
afterAll(() => owner.end());

const acme = { type: 'organization', id: ORGANIZATIONS.acme };
const own = { type: null, id: null };
const ask = async (user: User, path: string, tenant: { type: string | null; id: string | null } = acme) => {
  const [at = '', query = ''] = path.split('?');
  return answerNaively(owner, 'finance', { user: { id: USERS[user] }, tenant, path: at, query });
};

describe('the naive twin', () => {
  test('shows accounts by name, with what is posted and how many there are', async () => {
    const { body } = await ask('vera', '/financial/accounts?size=2');
    expect(body).toBe(
      `{"items":[{"id":"${ACCOUNTS.operating}","name":"Operating","currency":"EUR","balance":1000.40,"transaction_count":3,` +
        `"created_by":{"id":"${USERS.olga}","name":"Olga"},"created_at":"2026-02-01T00:00:00.000000Z","updated_at":"2026-02-01T00:00:00.000000Z"},` +
        `{"id":"${ACCOUNTS.payroll}","name":"Payroll","currency":"EUR","balance":250.00,"transaction_count":2,` +
        `"created_by":{"id":"${USERS.anna}","name":"Anna Åberg"},"created_at":"2026-02-02T00:00:00.000000Z","updated_at":"2026-02-02T00:00:00.000000Z"}],` +
        `"total":3,"page":1,"size":2,"has_next":true}`,
    );
  });

  test.each([
    ['vera', '/financial/accounts?page=0', 400],
    ['vera', '/financial/accounts?size=101', 400],
    ['vera', '/financial/accounts?page=1e3', 400],
    ['vera', '/financial/accounts?colour=red', 400],
    ['vera', '/financial/transactions?amount__gte=1.005', 400],
    ['vera', '/financial/transactions?amount__gte=12345678901234567', 400],
    ['vera', '/financial/transactions?amount__lte=NaN', 400],
    ['vera', `/financial/accounts/${ACCOUNTS.theirs}`, 404],
    ['vera', `/financial/transactions/${transactionId(9)}`, 404],
    ['vera', '/users', 403],
    ['anna', '/users', 403],
    ['ian', '/financial/accounts', 401],
    ['stranger', '/financial/accounts', 403],
  ] as const)('refuses %s %s with %d', async (user, path, status) => {
    expect((await ask(user, path)).status).toBe(status);
  });

  test.each([
    [{ type: 'organization', id: null }, 400],
    [{ type: null, id: ORGANIZATIONS.acme }, 400],
    [{ type: 'planet', id: ORGANIZATIONS.acme }, 400],
    [{ type: 'organization', id: 'acme' }, 400],
    [{ type: 'team', id: ORGANIZATIONS.acme }, 403],
    [{ type: 'team', id: TEAMS.theirs }, 403],
    [{ type: 'user', id: USERS.olga }, 403],
    [{ type: 'team', id: TEAMS.sales }, 200],
    [own, 200],
  ] as const)('lets vera into %j or not: %d', async (tenant, status) => {
    expect((await ask('vera', '/financial/accounts', tenant)).status).toBe(status);
  });

  test('says past the end that there is nothing', async () => {
    const { body } = await ask('vera', '/financial/transactions?page=9');
    expect(body).toBe('{"items":[],"total":5,"page":9,"size":20,"has_next":false}');
  });

  test('shows owners who is linked to their organization', async () => {
    const users = JSON.parse((await ask('olga', '/users')).body);
    expect(users.items.map(({ name }: { name: string }) => name)).toEqual(['Anna Åberg', 'Ian', 'Olga', 'vera']);
    expect(users.items[0].organization_links).toEqual([
      { organization: { id: ORGANIZATIONS.acme, name: 'Acme' }, role: 'accountant' },
    ]);
  });

  test('tells what one may do in the chosen tenant', async () => {
    const permissions = async (user: User, tenant: { type: string | null; id: string | null }) =>
      JSON.parse((await ask(user, '/me/permissions', tenant)).body).permissions;
    expect(await permissions('vera', acme)).toEqual(['accounts:read', 'transactions:read']);
    expect(await permissions('vera', own)).toEqual([
      ...['accounts:read', 'accounts:write', 'transactions:read', 'transactions:write'],
    ]);
    expect(await permissions('olga', { type: 'team', id: TEAMS.sales })).toContain('users:read');
  });
});

describe('the sample', () => {
  const sampled = useDatabase(sampledFinance);

  test('has nothing that a recount minds', async () => {
    const client = await connectOwner(sampled.url());
    expect(await recount(client, 'finance')).toEqual([]);
    const { rows } = await client.query(
      'select count(*)::int as rows, count(distinct status)::int as states from finance.transaction',
    );
    expect(rows).toEqual([{ rows: 8_000, states: 3 }]);
    await client.end();
  });
});
