import { type Condition, type Database, fold, jsonOf, jsonTimeOf, timeOf, whereAll } from 'altiplano/twin';
import { newestFirst, type Order, orderBy } from './order.ts';

/** A customer's own columns; those of `json` are JSON texts ready to be written. */
export interface CustomerRow {
  readonly key: string;
  readonly workspace: string;
  readonly employee: string | null;
  readonly created: string;
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly status: string;
  readonly other_attributes: string;
  readonly is_deleted: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const written = ['id', 'workspace_id', 'name', 'email', 'phone', 'status', 'is_deleted'];

const columns = [
  'customer.id::text AS key',
  'customer.workspace_id::text AS workspace',
  'customer.employee_id::text AS employee',
  `${timeOf('customer.created_at')} AS created`,
  ...written.map((column) => `${jsonOf(`customer.${column}`)} AS ${column}`),
  `coalesce(customer.other_attributes::text, 'null') AS other_attributes`,
  `${jsonTimeOf('customer.created_at')} AS created_at`,
  `${jsonTimeOf('customer.updated_at')} AS updated_at`,
].join(', ');

/** The part of the list that a page takes; without a limit, all of it. */
export interface Span {
  readonly offset: number;
  readonly limit: number | null;
}

/** The matching customers in the order asked for. Search is decided here, so that no SQL has a say in case folding. */
export async function findCustomers(
  database: Database,
  conditions: readonly Condition[],
  search: string | undefined,
  span: Span,
  order = newestFirst,
): Promise<CustomerRow[]> {
  if (search === undefined) return selectCustomers(database, conditions, span, order);
  const all = await selectCustomers(database, conditions, { offset: 0, limit: null }, order);
  const wanted = fold(search);
  const found = all.filter((row) => [row.name, row.email, row.phone].some((json) => contains(json, wanted)));
  return found.slice(span.offset, span.limit === null ? undefined : span.offset + span.limit);
}

export async function countCustomers(
  database: Database,
  conditions: readonly Condition[],
  search: string | undefined,
): Promise<string> {
  if (search !== undefined) {
    return String((await findCustomers(database, conditions, search, { offset: 0, limit: null })).length);
  }
  const where = whereAll(conditions);
  return database.value(
    `SELECT count(*)::text AS value FROM ${database.table('customer')} customer WHERE ${where.text}`,
    where.values,
  );
}

async function selectCustomers(
  database: Database,
  conditions: readonly Condition[],
  span: Span,
  order: Order,
): Promise<CustomerRow[]> {
  const where = whereAll(conditions);
  return database.rows<CustomerRow>(
    `SELECT ${columns} FROM ${database.table('customer')} customer WHERE ${where.text}
     ${orderBy(database, order)}
     LIMIT $${where.values.length + 1}::bigint OFFSET $${where.values.length + 2}::bigint`,
    [...where.values, span.limit, span.offset],
  );
}

function contains(json: string, wanted: string): boolean {
  const text: unknown = JSON.parse(json);
  return typeof text === 'string' && fold(text).includes(wanted);
}
