import type { OwnerClient } from 'altiplano';
import { finance } from '../../../apps/finance/app.ts';
import { answerNaively } from '../../../apps/finance/naive.ts';
import type { AppBench, AppCase, Place } from '../apps-read/app-bench.ts';

const ACCOUNTS = '/financial/accounts';
const TRANSACTIONS = '/financial/transactions';

/** Two organizations in the same tables, each asked by its owner. */
export const financeBench: AppBench = {
  app: finance,
  volumes: {
    quick: { organizations: 3, users: 300, accounts: 2_000, transactions: 40_000 },
    full: { organizations: 3, users: 3_000, accounts: 60_000, transactions: 1_000_000 },
  },
  places: async (owner) => {
    const { rows } = await owner.query<{ user: string; id: string; size: number }>(
      `select (select l.user_id from finance.organization_link l where l.organization_id = t.tenant_id and l.role = 'owner' limit 1) as user,
         t.tenant_id as id, count(*)::int as size
       from finance.transaction t where t.tenant_type = 'organization' group by t.tenant_id order by 3`,
    );
    const [small, large] = [rows[0], rows.at(-1)];
    if (small === undefined || large === undefined) return [];
    return [small, large].map(({ user, id, size }): Place => ({ user, size, said: ['organization', id] }));
  },
  cases: async (owner, place) => casesOf(await readValues(owner, place)),
  naive: (owner, { user, said: [type, id] = [null, null] }, path, { query }) =>
    answerNaively(owner, finance.schema, { user: { id: user }, tenant: { type, id }, path, query }),
};

/** Rows that requests name, and how many pages of 20 there are. */
interface Values {
  readonly account: string;
  readonly currency: string;
  readonly words: string;
  readonly transaction: string;
  readonly day: string;
  readonly pages: number;
  readonly transactionPages: number;
}

const list = (name: string, path: string, query = ''): AppCase => ({
  name: `GET ${path}${name === '' ? '' : ` ${name}`}`,
  target: query === '' ? path : `${path}?${query}`,
  naive: { query, offset: 0 },
});

const one = (path: string, id: string): AppCase => ({ ...list('', `${path}/${id}`), name: `GET ${path}/{id}` });

function casesOf(values: Values): readonly AppCase[] {
  const { account, currency, words, transaction, day, pages, transactionPages } = values;
  return [
    list('', ACCOUNTS),
    list('the last page', ACCOUNTS, `page=${pages}`),
    list('of a currency', ACCOUNTS, `currency=${currency}`),
    list('searched', ACCOUNTS, `search=${encodeURIComponent(words)}`),
    one(ACCOUNTS, account),
    list('', TRANSACTIONS),
    list('half way down', TRANSACTIONS, `page=${Math.ceil(transactionPages / 2)}`),
    list('the last page', TRANSACTIONS, `page=${transactionPages}`),
    list('of an account', TRANSACTIONS, `account_id=${account}`),
    list('pending', TRANSACTIONS, 'status=pending'),
    list('posted deposits', TRANSACTIONS, 'status=posted&kind=deposit'),
    list('of a day', TRANSACTIONS, `created_at__gte=${day}T00:00:00Z&created_at__lt=${day}T23:59:59Z`),
    list('of an amount', TRANSACTIONS, 'amount__gte=100.00&amount__lte=200.00'),
    one(TRANSACTIONS, transaction),
    list('', '/users'),
    list('', '/me/permissions'),
    {
      name: `POST ${TRANSACTIONS}`,
      method: 'POST',
      target: TRANSACTIONS,
      body: { account_id: account, amount: 1.25, kind: 'deposit' },
      naive: null,
    },
    {
      name: `PATCH ${ACCOUNTS}/{id}`,
      method: 'PATCH',
      target: `${ACCOUNTS}/${account}`,
      body: { name: 'Measured' },
      naive: null,
    },
  ];
}

async function readValues(owner: OwnerClient, { said: [, tenant] = ['', ''] }: Place): Promise<Values> {
  const { rows } = await owner.query<Values>(
    `select a.id as account, a.currency, split_part(a.name, ' ', 1) as words, t.id as transaction,
       to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD') as day,
       (select ceil(count(*) / 20.0)::int from finance.account c where c.tenant_type = a.tenant_type and c.tenant_id = a.tenant_id) as pages,
       (select ceil(count(*) / 20.0)::int from finance.transaction c where c.tenant_type = a.tenant_type and c.tenant_id = a.tenant_id)
         as "transactionPages"
     from finance.transaction t join finance.account a on a.id = t.account_id
     where t.tenant_type = 'organization' and t.tenant_id = $1
     order by t.created_at desc, t.id desc limit 1`,
    [tenant],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('the organization has no transaction');
  return found;
}
