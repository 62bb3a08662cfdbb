import {
  compared,
  type Database,
  fold,
  jsonArray,
  jsonObject,
  jsonOf,
  lastValue,
  MalformedValue,
  type Parameters,
  parseQueryString,
  Refusal,
  readBoolean,
  readSearch,
  whereAll,
} from 'altiplano/twin';
import type { Caller } from './admission.ts';
import { pageNumber, pageSize } from './page-number.ts';

const written = ['id', 'code', 'name', 'email', 'mobile', 'department', 'is_active'];
const searched = ['name', 'code', 'email'];

/** A numbered page: a COUNT(*), then that many rows skipped. */
export async function writePeople(database: Database, caller: Caller, query: string): Promise<string> {
  const parameters = parseQueryString(query);
  const search = readQuery(parameters);
  const size = pageSize(lastValue(parameters, 'page_size'));
  const matching = search === undefined ? null : await searchPeople(database, caller, search);
  const total = matching === null ? await countPeople(database, caller) : matching.length;
  const pages = Math.max(1, Math.ceil(total / size));
  const page = pageNumber(lastValue(parameters, 'page'), pages);
  const offset = (page - 1) * size;
  const rows =
    matching?.slice(offset, offset + size) ?? (await selectPeople(database, caller, { offset, limit: size }));
  return jsonObject([
    ['items', jsonArray(rows.map((row) => jsonObject(written.map((column) => [column, row[column] ?? 'null']))))],
    ['total_count', String(total)],
    ['page_size', String(size)],
    ['current_page', String(page)],
    ['total_pages', String(pages)],
    ['has_next', String(page < pages)],
    ['has_previous', String(page > 1)],
  ]);
}

function readQuery(parameters: Parameters): string | undefined {
  const faults: string[] = [];
  let search: string | undefined;
  // What else may be asked depends on it.
  if (lastValue(parameters, 'action') !== 'loadPeoples') throw new Refusal(400, ['action']);
  for (const name of parameters.keys()) {
    const value = lastValue(parameters, name) ?? '';
    try {
      if (name === 'search') search = readSearch(value);
      else if (name === '_profile') readBoolean(value);
      else if (!['action', 'page', 'page_size'].includes(name)) throw new MalformedValue('unknown');
    } catch (error) {
      if (!(error instanceof MalformedValue)) throw error;
      faults.push(name);
    }
  }
  if (faults.length > 0) throw new Refusal(400, faults);
  return search;
}

const ofTenant = ({ tenant }: Caller) => whereAll([compared('tenant_id', '=', tenant, 'uuid')]);

async function selectPeople(
  database: Database,
  caller: Caller,
  { offset, limit }: { readonly offset: number; readonly limit: number | null },
): Promise<Record<string, string>[]> {
  const where = ofTenant(caller);
  return database.rows<Record<string, string>>(
    `SELECT ${written.map((column) => `${jsonOf(column)} AS ${column}`).join(', ')}
     FROM ${database.table('people')} WHERE ${where.text}
     ORDER BY people.name COLLATE "C", people.id LIMIT $2::bigint OFFSET $3::bigint`,
    [...where.values, limit, offset],
  );
}

async function countPeople(database: Database, caller: Caller): Promise<number> {
  const where = ofTenant(caller);
  return Number(
    await database.value(
      `SELECT count(*)::text AS value FROM ${database.table('people')} WHERE ${where.text}`,
      where.values,
    ),
  );
}

async function searchPeople(database: Database, caller: Caller, search: string): Promise<Record<string, string>[]> {
  const all = await selectPeople(database, caller, { offset: 0, limit: null });
  const wanted = fold(search);
  return all.filter((row) => searched.some((column) => contains(row[column] ?? 'null', wanted)));
}

function contains(json: string, wanted: string): boolean {
  const text: unknown = JSON.parse(json);
  return typeof text === 'string' && fold(text).includes(wanted);
}
