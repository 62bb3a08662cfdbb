import { type Database, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import type { Caller } from './admission.ts';
import { type Listing, type PageQuery, type Row, readPage, writePage } from './pages.ts';
import { ofTenant } from './tenant.ts';
import { writeUser } from './user.ts';
import { listFilter, moneyFilter, timeFilter, uuidFilter } from './values.ts';

const plain = ['id', 'account_id', 'amount', 'kind', 'status', 'memo', 'failure'];

export const transactions: Listing = {
  table: 'transaction',
  columns: [
    'id::text AS key',
    'created_by::text AS maker',
    ...plain.map((column) => `${jsonOf(column)} AS ${column}`),
    ...['created_at', 'posted_at'].map((column) => `${jsonTimeOf(column)} AS ${column}`),
  ],
  order: 'created_at DESC, id DESC',
  filters: {
    account_id: uuidFilter('account_id'),
    status: listFilter('status'),
    kind: listFilter('kind'),
    created_at__gte: timeFilter('created_at', '>='),
    created_at__lt: timeFilter('created_at', '<'),
    amount__gte: moneyFilter('amount', '>='),
    amount__lte: moneyFilter('amount', '<='),
  },
  searched: null,
};

export async function writeTransactions(database: Database, caller: Caller, query: PageQuery): Promise<string> {
  const { total, rows } = await readPage(database, transactions, ofTenant(caller), query);
  const items: string[] = [];
  for (const row of rows) items.push(await writeTransaction(database, row));
  return writePage(items, total, query);
}

export async function writeTransaction(database: Database, row: Row): Promise<string> {
  const own = (column: string): [string, string] => [column, row[column] ?? 'null'];
  return jsonObject([
    ...plain.map(own),
    ['created_by', await writeUser(database, row.maker)],
    ...['created_at', 'posted_at'].map(own),
  ]);
}
