import { type Database, fold, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import type { Caller } from './admission.ts';
import { type Listing, type PageQuery, type Row, readPage, writePage } from './pages.ts';
import { ofTenant } from './tenant.ts';
import { writeUser } from './user.ts';
import { listFilter } from './values.ts';

export const accounts: Listing = {
  table: 'account',
  columns: [
    'id::text AS key',
    'created_by::text AS maker',
    ...['id', 'name', 'currency'].map((column) => `${jsonOf(column)} AS ${column}`),
    ...['created_at', 'updated_at'].map((column) => `${jsonTimeOf(column)} AS ${column}`),
  ],
  order: 'name COLLATE "C", id',
  filters: { currency: listFilter('currency') },
  searched: 'name',
};

/** Search is decided here, so that no SQL has a say in case folding. */
export async function writeAccounts(database: Database, caller: Caller, query: PageQuery): Promise<string> {
  const { search, page, size } = query;
  const asked = search === undefined ? query : { ...query, page: 1, size: Number.POSITIVE_INFINITY };
  const { total, rows } = await readPage(database, accounts, ofTenant(caller), asked);
  const wanted = fold(search ?? '');
  const found = rows.filter((row) => search === undefined || fold(JSON.parse(row.name ?? '""')).includes(wanted));
  const shown = search === undefined ? found : found.slice((page - 1) * size, page * size);
  const items: string[] = [];
  for (const row of shown) items.push(await writeAccount(database, row));
  return writePage(items, search === undefined ? total : found.length, query);
}

/** Two statements for each account: what is posted, added up, and how many there are. */
export async function writeAccount(database: Database, row: Row): Promise<string> {
  const sum = await database.value(
    `SELECT coalesce(sum(amount), 0)::numeric(38, 2)::text AS value
     FROM ${database.table('transaction')} WHERE account_id = $1::uuid AND status = 'posted'`,
    [row.key],
  );
  const count = await database.value(
    `SELECT count(*)::text AS value FROM ${database.table('transaction')} WHERE account_id = $1::uuid`,
    [row.key],
  );
  const own = (column: string): [string, string] => [column, row[column] ?? 'null'];
  return jsonObject([
    ...['id', 'name', 'currency'].map(own),
    ['balance', sum],
    ['transaction_count', count],
    ['created_by', await writeUser(database, row.maker)],
    ...['created_at', 'updated_at'].map(own),
  ]);
}
