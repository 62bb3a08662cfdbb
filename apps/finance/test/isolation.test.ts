import { openAppRole } from 'altiplano/testing';
import { describe, expect, test } from 'vitest';
import { ACCOUNTS, ORGANIZATIONS, transactionId, USERS } from './fixture.ts';
import { ACME, as, useFinance } from './server.ts';

const api = useFinance();
const withRole = async <T>(work: (role: Awaited<ReturnType<typeof openAppRole>>) => Promise<T>): Promise<T> => {
  const role = await openAppRole(api.url());
  try {
    return await work(role);
  } finally {
    await role.end();
  }
};
const keyOf = async (type: string, id: string): Promise<string> =>
  (await api.owner().query('select altiplano.tenant_key($1, $2) as key', [type, id])).rows[0]?.key;

describe('row security alone', () => {
  test.each(['account', 'transaction'])(
    'shows of %s the tenant of the session, and nothing without one',
    async (table) => {
      await withRole(async (role) => {
        for (const id of Object.values(ORGANIZATIONS)) {
          const tenant = await keyOf('organization', id);
          const all = await api
            .owner()
            .query(`select count(*)::int as count from finance.${table} where tenant_id = $1`, [id]);
          const seen = await role.as({ tenant }, (client) =>
            client.query(`select count(*)::int as count from finance.${table}`),
          );
          expect(seen.rows).toEqual(all.rows);
        }
        const none = await role.as({}, (client) => client.query(`select count(*)::int as count from finance.${table}`));
        expect(none.rows).toEqual([{ count: 0 }]);
      });
    },
  );

  test('shows a user what links that user, and of users their names', async () => {
    await withRole(async (role) => {
      const tenant = await keyOf('user', USERS.vera);
      const links = 'select count(*)::int as count from finance.organization_link';
      const seen = await role.as({ tenant, caller: USERS.vera }, (client) => client.query(links));
      expect(seen.rows).toEqual([{ count: 1 }]);
      for (const column of ['email', 'password_digest'])
        expect(await role.refusal({ tenant }, `select ${column} from finance.app_user`)).toBe('42501');
    });
  });

  test("tells an organization's users to a session in it, and to no other", async () => {
    const asked = `select total::int from finance.tenant_users('organization', '${ORGANIZATIONS.acme}', 1, 0)`;
    await withRole(async (role) => {
      const rows = async (id: string) => {
        const tenant = await keyOf('organization', id);
        return (await role.as({ tenant }, (client) => client.query(asked))).rows;
      };
      expect(await rows(ORGANIZATIONS.acme)).toEqual([{ total: 4 }]);
      expect(await rows(ORGANIZATIONS.other)).toEqual([{ total: 0 }]);
    });
  });

  test('lets no row be written into another tenant, no state, no balance, and nothing be deleted', async () => {
    const tenant = await keyOf('organization', ORGANIZATIONS.acme);
    const columns = 'tenant_type, tenant_id, account_id, amount, kind, created_by';
    const values = (id: string, account: string) =>
      `'organization', '${id}', '${account}', 1, 'deposit', '${USERS.anna}'`;
    const account = `'organization', '${ORGANIZATIONS.other}', 'A', 'EUR', '${USERS.anna}', '${USERS.anna}'`;
    await withRole(async (role) => {
      for (const text of [
        `insert into finance.transaction (${columns}) values (${values(ORGANIZATIONS.other, ACCOUNTS.theirs)})`,
        `insert into finance.transaction (${columns}, status) values (${values(ORGANIZATIONS.acme, ACCOUNTS.operating)}, 'posted')`,
        `insert into finance.account (tenant_type, tenant_id, name, currency, created_by, updated_by) values (${account})`,
        `update finance.account set balance = 1000000`,
        `update finance.transaction set status = 'posted', posted_at = now()`,
        'delete from finance.transaction',
        'delete from finance.account',
        `update finance.organization_link set role = 'owner'`,
      ])
        expect(await role.refusal({ tenant, caller: USERS.anna }, text), text).toBe('42501');
    });
  });
});

test('another id, a foreign one and a made-up one look the same', async () => {
  const paths = [
    ...[`/financial/accounts/${ACCOUNTS.theirs}`, `/financial/accounts/${ACCOUNTS.sales}`, '/financial/accounts/x'],
    ...[`/financial/transactions/${transactionId(9)}`, `/financial/transactions/${transactionId(77)}`],
  ];
  const answers = await Promise.all(
    paths.map(async (path) => {
      const { status, json } = await api.send({ as: 'vera', path, headers: ACME });
      return { status, ...json, request_id: '' };
    }),
  );
  expect(answers[0]?.status).toBe(404);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('a tenant that is not there and one that is not yours look the same', async () => {
  const ask = async (type: string, id: string) => {
    const { status, json } = await api.send({ as: 'vera', path: '/financial/accounts', headers: as(type, id) });
    return { status, ...json, request_id: '' };
  };
  const foreign = await ask('organization', ORGANIZATIONS.other);
  expect(foreign.status).toBe(403);
  expect(await ask('organization', '00000000-0000-4000-8000-000000000000')).toEqual(foreign);
});
