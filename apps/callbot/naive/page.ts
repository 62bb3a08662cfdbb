import {
  compared,
  type Database,
  isUuid,
  jsonArray,
  jsonObject,
  type Parameters,
  parseQueryString,
  Refusal,
} from 'altiplano/twin';
import { admit } from './admission.ts';
import { type CustomerRow, countCustomers, findCustomers } from './customer-rows.ts';
import { writeFacets } from './facets.ts';
import { writeItem } from './item.ts';
import { readDetailQuery, readListQuery } from './list-query.ts';
import { instantOf } from './now.ts';
import type { NaiveOptions, NaiveRequest } from './request.ts';

/** A list's first page, or the page at `options.offset`. */
export async function writePage(database: Database, request: NaiveRequest, options: NaiveOptions): Promise<string> {
  const parameters = parseQueryString(request.query);
  const admission = await admit(database, request.user.id, parameters);
  const query = readListQuery(parameters, database.table('customer_campaign_labels'), false);
  const conditions = [...admission.conditions, ...query.filters.map(({ condition }) => condition)];
  const now = await instantOf(database, request);
  // The described system counts on every request, so pages by offset do too.
  const counted = query.counted || options.offset !== undefined;
  const count = counted ? await countCustomers(database, conditions, query.search) : 'null';
  // One row more than the page tells whether another page follows.
  const span = { offset: query.offset ?? options.offset ?? 0, limit: query.pageSize + 1 };
  const rows = await findCustomers(database, conditions, query.search, span, query.order);
  const page = rows.slice(0, query.pageSize);
  const more = rows.length > page.length;
  const items: string[] = [];
  for (const row of page) items.push(await writeItem(database, row, now));
  const old = query.offset === null ? null : offsetAddresses(request, query.offset, query.pageSize, more);
  return jsonObject([
    ['results', jsonArray(items)],
    ['next', old ? old.next : more ? nextAddress(request, parameters, page.at(-1), options) : 'null'],
    ['previous', old ? old.previous : 'null'],
    ['count', count],
    ...(query.facets.length > 0 ? [['facets', await writeFacets(database, admission, query)] as const] : []),
  ]);
}

/** Where old clients' pages lead: the same address with other numbers at its end. */
function offsetAddresses(request: NaiveRequest, offset: number, limit: number, more: boolean) {
  const address = (to: number) => {
    const query = new URLSearchParams(request.query);
    for (const name of ['limit', 'offset']) query.delete(name);
    return JSON.stringify(`${request.origin}${request.path}?${query}&limit=${limit}&offset=${to}`);
  };
  return {
    next: more ? address(offset + limit) : 'null',
    previous: offset > 0 ? address(Math.max(0, offset - limit)) : 'null',
  };
}

function nextAddress(
  request: NaiveRequest,
  parameters: Parameters,
  last: CustomerRow | undefined,
  options: NaiveOptions,
): string {
  if (!options.cursorAfter || !last) return 'null';
  const query = new URLSearchParams();
  for (const [name, values] of parameters) for (const value of values) query.append(name, value);
  query.append('cursor', options.cursorAfter({ created_at: last.created, id: last.key }));
  return JSON.stringify(`${request.origin}${request.path}?${query}`);
}

/** A single customer; one that is not there, deleted, or another's is the same 404. */
export async function writeDetail(database: Database, request: NaiveRequest, id: string): Promise<string> {
  const parameters = parseQueryString(request.query);
  const admission = await admit(database, request.user.id, parameters);
  readDetailQuery(parameters);
  if (!isUuid(id)) throw new Refusal(404);
  const conditions = [...admission.conditions, compared('id', '=', id, 'uuid')];
  const [row] = await findCustomers(database, conditions, undefined, { offset: 0, limit: 1 });
  if (!row) throw new Refusal(404);
  return writeItem(database, row, await instantOf(database, request));
}
