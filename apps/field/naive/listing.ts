import {
  type Condition,
  compared,
  type Database,
  fold,
  jsonArray,
  jsonObject,
  MalformedValue,
  type Parameters,
  parseQueryString,
  Refusal,
  readBoolean,
  readPageSize,
  readSearch,
  whereAll,
} from 'altiplano/twin';
import type { Caller } from './admission.ts';
import type { NaiveOptions, NaiveRequest } from './request.ts';
import { readKey } from './values.ts';

/** A row's key, its place in the order, and columns that are JSON texts ready to be written. */
export interface Row {
  readonly key: string;
  readonly time: string;
  readonly [column: string]: string | null;
}

/** What a list of one table is, as the contract says it. */
export interface Listing {
  readonly table: string;
  /** Newest first by this column, then by id. */
  readonly order: string;
  readonly columns: readonly string[];
  /** Parameter → the condition its value makes; undefined: no filter. */
  readonly filters: Readonly<Record<string, (value: string) => Condition | undefined>>;
  /** The column that `search` looks in, null where there is none. */
  readonly searched: string | null;
  readonly visible: (caller: Caller) => readonly Condition[];
  readonly item: (database: Database, row: Row, caller: Caller) => Promise<string>;
  readonly detail: (database: Database, row: Row, caller: Caller, options: NaiveOptions) => Promise<string>;
}

interface ListQuery {
  readonly conditions: readonly Condition[];
  readonly search: string | undefined;
  readonly pageSize: number;
}

/** The first page, or the one at `options.offset`: a COUNT(*) as the described system runs, then the rows, then each row's own. */
export async function writeFirstPage(
  database: Database,
  caller: Caller,
  listing: Listing,
  request: NaiveRequest,
  options: NaiveOptions,
): Promise<string> {
  const query = readListQuery(listing, parseQueryString(request.query));
  if (options.offset !== undefined) await countRows(database, caller, listing, query);
  const offset = options.offset ?? 0;
  const rows = await selectRows(database, caller, listing, query, { offset, limit: query.pageSize + 1 });
  const page = rows.slice(0, query.pageSize);
  const items: string[] = [];
  for (const row of page) items.push(await listing.item(database, row, caller));
  const last = page.at(-1);
  const leads = options.cursorAfter && last && rows.length > page.length;
  return jsonObject([
    ['results', jsonArray(items)],
    ['next', leads ? address(request, options.cursorAfter({ time: last.time, id: last.key })) : 'null'],
    ['previous', 'null'],
  ]);
}

/** Everything that the list matches. */
export async function findRows(database: Database, caller: Caller, listing: Listing, query: string): Promise<Row[]> {
  const read = readListQuery(listing, parseQueryString(query), ['cursor']);
  return selectRows(database, caller, listing, read, { offset: 0, limit: null });
}

/** A single object; one that is not there, deleted, or out of sight is the same 404. */
export async function writeDetail(
  database: Database,
  caller: Caller,
  listing: Listing,
  id: string,
  query: string,
  options: NaiveOptions = {},
): Promise<string> {
  readListQuery({ ...listing, filters: {}, searched: null }, parseQueryString(query), [], false);
  const key = readKey(id);
  if (key === null) throw new Refusal(404);
  const one = { conditions: [compared('id', '=', key, 'bigint')], search: undefined, pageSize: 1 };
  const [row] = await selectRows(database, caller, listing, one, { offset: 0, limit: 1 });
  if (!row) throw new Refusal(404);
  return listing.detail(database, row, caller, options);
}

/** Search is decided here, so that no SQL has a say in case folding. */
async function selectRows(
  database: Database,
  caller: Caller,
  listing: Listing,
  { conditions, search }: ListQuery,
  span: { readonly offset: number; readonly limit: number | null },
): Promise<Row[]> {
  const where = whereAll([...listing.visible(caller), ...conditions]);
  const bounded = search === undefined ? span : { offset: 0, limit: null };
  const rows = await database.rows<Row>(
    `SELECT ${listing.columns.join(', ')} FROM ${database.table(listing.table)} WHERE ${where.text}
     ORDER BY ${listing.table}.${listing.order} DESC, ${listing.table}.id DESC
     LIMIT $${where.values.length + 1}::bigint OFFSET $${where.values.length + 2}::bigint`,
    [...where.values, bounded.limit, bounded.offset],
  );
  if (search === undefined) return rows;
  const wanted = fold(search);
  const found = rows.filter((row) => fold(String(JSON.parse(row[listing.searched ?? ''] ?? 'null'))).includes(wanted));
  return found.slice(span.offset, span.limit === null ? undefined : span.offset + span.limit);
}

async function countRows(database: Database, caller: Caller, listing: Listing, query: ListQuery): Promise<string> {
  const where = whereAll([...listing.visible(caller), ...query.conditions]);
  return database.value(
    `SELECT count(*)::text AS value FROM ${database.table(listing.table)} WHERE ${where.text}`,
    where.values,
  );
}

/** Refuses with the names of all parameters at fault at once. */
function readListQuery(
  listing: Listing,
  parameters: Parameters,
  allowed: readonly string[] = [],
  paged = true,
): ListQuery {
  const conditions: Condition[] = [];
  const faults: string[] = [];
  let search: string | undefined;
  let pageSize = 25;
  for (const [name, values] of parameters) {
    const value = values.at(-1) ?? '';
    try {
      const filter = Object.hasOwn(listing.filters, name) ? listing.filters[name] : undefined;
      const condition = filter?.(value);
      if (condition) conditions.push(condition);
      else if (filter) continue;
      else if (name === 'search' && listing.searched !== null) search = readSearch(value);
      else if (name === 'page_size' && paged) pageSize = readPageSize(value);
      else if (name === '_profile') readBoolean(value);
      else if (!allowed.includes(name)) throw new MalformedValue('unknown');
    } catch (error) {
      if (!(error instanceof MalformedValue)) throw error;
      faults.push(name);
    }
  }
  if (faults.length > 0) throw new Refusal(400, faults);
  return { conditions, search, pageSize };
}

function address({ origin, path, query }: NaiveRequest, cursor: string): string {
  const parameters = new URLSearchParams(query);
  parameters.append('cursor', cursor);
  return JSON.stringify(`${origin}${path}?${parameters}`);
}
