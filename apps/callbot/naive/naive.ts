import { Database, parseQueryString, Refusal } from 'altiplano/twin';
import type { ClientBase } from 'pg';
import { admit } from './admission.ts';
import { type CustomerRow, findCustomers } from './customer-rows.ts';
import { writeItem } from './item.ts';
import { readListQuery } from './list-query.ts';
import { instantOf } from './now.ts';
import { writeDetail, writePage } from './page.ts';
import type { ListOptions, ListReply, NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';
import { writeOneWorkspace, writeWorkspaces } from './workspaces.ts';

export type { ListOptions, ListReply, NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';

const listPath = '/api/v1/customers/';
const workspacesPath = '/api/v1/workspaces/';
const workspacePath = /^\/api\/v1\/workspaces\/([^/]+)\/$/;
const detailPath = /^\/api\/v1\/customers\/([^/]+)\/$/;

/** Answers a list's first page, or a single customer or workspace. */
export async function answerNaively(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
  options: NaiveOptions = {},
): Promise<NaiveReply> {
  const database = new Database(client, schema);
  try {
    if (request.path === listPath) return { status: 200, body: await writePage(database, request, options) };
    if (request.path === workspacesPath)
      return { status: 200, body: await writeWorkspaces(database, request, options) };
    const workspace = workspacePath.exec(request.path)?.[1];
    if (workspace !== undefined) return { status: 200, body: await writeOneWorkspace(database, request, workspace) };
    const id = detailPath.exec(request.path)?.[1];
    if (id === undefined) throw new Refusal(404);
    return { status: 200, body: await writeDetail(database, request, id) };
  } catch (error) {
    return { ...refused(error), body: '' };
  }
}

/** All customers that a list request matches, in order, whatever its path, cursor and page size. */
export async function listVisible(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
  options: ListOptions = {},
): Promise<ListReply> {
  const database = new Database(client, schema);
  try {
    const rows = await findVisible(database, request);
    const now = await instantOf(database, request);
    const itemOf = (id: string): Promise<string> => {
      const row = rows.get(id);
      if (!row) throw new Error(`no customer ${id} in the list`);
      return writeItem(database, row, now);
    };
    const ids = [...rows.keys()];
    const items: string[] = [];
    if (options.withItems) for (const id of ids) items.push(await itemOf(id));
    return { status: 200, ids, items, itemOf };
  } catch (error) {
    const itemOf = () => Promise.reject(new Error('the list was refused'));
    return { ...refused(error), ids: [], items: [], itemOf };
  }
}

async function findVisible(database: Database, request: NaiveRequest): Promise<Map<string, CustomerRow>> {
  const parameters = parseQueryString(request.query);
  const admission = await admit(database, request.user.id, parameters);
  const query = readListQuery(parameters, database.table('customer_campaign_labels'), true);
  const conditions = [...admission.conditions, ...query.filters.map(({ condition }) => condition)];
  const rows = await findCustomers(database, conditions, query.search, { offset: 0, limit: null }, query.order);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Anything but a refusal is a fault of the twin itself and must not pass for an answer. */
function refused(error: unknown): { status: number; errors?: readonly string[] } {
  if (!(error instanceof Refusal)) throw error;
  return error.status === 400 ? { status: 400, errors: error.parameters } : { status: error.status };
}
