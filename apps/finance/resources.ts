import { numbered, tables } from 'altiplano';
import type { FinanceTables } from './database.ts';

const { resource, columns, one, children, filters, members } = tables<FinanceTables>();
const by = { account: filters('account'), transaction: filters('transaction') };

export const CURRENCIES = [
  ...(['AUD', 'BRL', 'CAD', 'CHF', 'CNY', 'CZK', 'DKK', 'EUR', 'GBP', 'HKD', 'ILS', 'INR'] as const),
  ...(['MXN', 'NOK', 'NZD', 'PLN', 'RON', 'SEK', 'SGD', 'THB', 'TRY', 'USD', 'ZAR'] as const),
];
export const KINDS = ['deposit', 'withdrawal', 'transfer', 'fee'] as const;

const tenant = ['tenant_type', 'tenant_id'] as const;
const listed = {
  tenant,
  page: { size: 20, most: 100 },
  envelope: numbered({ items: 'items', total: 'total', page: 'page', size: 'size', next: 'has_next' }),
} as const;

/** Accounts by name, each with what is posted on it. */
export const accounts = resource('account', {
  ...listed,
  name: 'accounts',
  path: '/financial/accounts',
  permissions: { read: 'accounts:read', write: 'accounts:write' },
  order: ['name', 'id'],
  orderTypes: ['text', 'uuid'],
  fields: {
    ...columns('account', 'id', 'name', 'currency', 'balance'),
    transaction_count: children('transaction', 'account_id', { rollup: 'account_rollup' }).count(),
    created_by: one('app_user', 'created_by', ['id', 'name'], { tenant: 'none' }),
    ...columns('account', 'created_at', 'updated_at'),
  },
  filters: { ...by.account.values('currency'), ...by.account.search(['name']) },
  domains: { currency: { type: 'text', values: CURRENCIES, nullable: false } },
  bitmaps: 'account_bitmap',
  writes: {
    actions: ['create', 'change'],
    members: {
      name: members.required(),
      currency: members.required(),
      created_by: members.caller(),
      updated_by: members.caller(),
    },
    touched: 'updated_at',
  },
});

/** What came in and went out, newest first; `POST` is an action, since only a job decides. */
export const transactions = resource('transaction', {
  ...listed,
  name: 'transactions',
  path: '/financial/transactions',
  permissions: { read: 'transactions:read' },
  order: ['-created_at', '-id'],
  fields: {
    ...columns('transaction', 'id', 'account_id', 'amount', 'kind', 'status', 'memo', 'failure'),
    created_by: one('app_user', 'created_by', ['id', 'name'], { tenant: 'none' }),
    ...columns('transaction', 'created_at', 'posted_at'),
  },
  filters: {
    ...by.transaction.exact('account_id', 'uuid'),
    ...by.transaction.values('status'),
    ...by.transaction.values('kind'),
    ...by.transaction.range('created_at', 'timestamptz', ['gte', 'lt']),
    ...by.transaction.decimal('amount', [18, 2], ['gte', 'lte']),
  },
  domains: {
    kind: { type: 'text', values: KINDS, nullable: false },
    status: { type: 'text', values: ['pending', 'posted', 'failed'], nullable: false },
  },
  bitmaps: 'transaction_bitmap',
});
