import { Database, parseQueryString, Refusal } from 'altiplano/twin';
import type { ClientBase } from 'pg';
import { admit, signedIn, staffOnly } from './admission.ts';
import { writeDashboard } from './dashboard.ts';
import { findOrders, writeOrder, writeOrders } from './orders.ts';
import { findProducts, writeProduct, writeProducts } from './products.ts';
import { readDetailQuery } from './query.ts';
import type { NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';

export type { NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';

/** Answers a list's first page, a single object, or the dashboard. */
export async function answerNaively(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
  options: NaiveOptions = {},
): Promise<NaiveReply> {
  try {
    return { status: 200, body: await bodyOf(new Database(client, schema), request, options) };
  } catch (error) {
    return { ...refused(error), body: '' };
  }
}

/** Ids of everything that a list request matches, in order, whatever its page size; null when it is refused. */
export async function listVisible(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
): Promise<readonly string[] | null> {
  const database = new Database(client, schema);
  const parameters = parseQueryString(request.query);
  try {
    const caller = await admit(database, request.user);
    if (request.path === '/api/products/') return await findProducts(database, parameters);
    return await findOrders(database, signedIn(caller), parameters);
  } catch (error) {
    refused(error);
    return null;
  }
}

async function bodyOf(
  database: Database,
  { user, path, query }: NaiveRequest,
  { offset = 0, instant }: NaiveOptions,
): Promise<string> {
  const caller = await admit(database, user);
  const parameters = parseQueryString(query);
  if (path === '/api/products/') return writeProducts(database, parameters, offset);
  if (path === '/api/orders/') return writeOrders(database, signedIn(caller), parameters, offset);
  if (path === '/api/admin/dashboard/') {
    staffOnly(caller);
    readDetailQuery(parameters);
    return writeDashboard(database, instant);
  }
  const [, list, id = ''] = /^\/api\/(products|orders)\/([^/]+)\/$/.exec(path) ?? [];
  if (list === 'products') return writeProduct(database, parameters, id);
  if (list === 'orders') return writeOrder(database, signedIn(caller), parameters, id);
  throw new Refusal(404);
}

/** Anything but a refusal is a fault of the twin itself and must not pass for an answer. */
function refused(error: unknown): { status: number; errors?: readonly string[] } {
  if (!(error instanceof Refusal)) throw error;
  return error.status === 400 ? { status: 400, errors: error.parameters } : { status: error.status };
}
