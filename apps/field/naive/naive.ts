import { Database, Refusal } from 'altiplano/twin';
import type { ClientBase } from 'pg';
import { admit } from './admission.ts';
import { journal } from './journal.ts';
import { findRows, type Listing, writeDetail, writeFirstPage } from './listing.ts';
import { writePeople } from './people.ts';
import { reports } from './reports.ts';
import type { NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';
import { tracking } from './tracking.ts';

export type { NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';

const listings: Readonly<Record<string, Listing>> = {
  '/api/tracking/': tracking,
  '/api/journal/': journal,
  '/api/wellness/reports/': reports,
};

/** Answers a list's first page, a numbered page of people, or a single object. */
export async function answerNaively(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
  options: NaiveOptions = {},
): Promise<NaiveReply> {
  const database = new Database(client, schema);
  try {
    const caller = await admit(database, request.user.id);
    return { status: 200, body: await bodyOf(database, caller, request, options) };
  } catch (error) {
    return { ...refused(error), body: '' };
  }
}

/** Ids of everything that a list request matches, in order, whatever its cursor and page size; null when it is refused. */
export async function listVisible(client: ClientBase, schema: string, request: NaiveRequest): Promise<string[] | null> {
  const database = new Database(client, schema);
  const listing = listings[request.path];
  if (!listing) throw new Error(`no list at ${request.path}`);
  try {
    const caller = await admit(database, request.user.id);
    const rows = await findRows(database, caller, listing, request.query);
    return rows.map(({ key }) => key);
  } catch (error) {
    refused(error);
    return null;
  }
}

async function bodyOf(
  database: Database,
  caller: Awaited<ReturnType<typeof admit>>,
  request: NaiveRequest,
  options: NaiveOptions,
): Promise<string> {
  if (request.path === '/api/y_helpdesk/') return writePeople(database, caller, request.query);
  const listing = listings[request.path];
  if (listing) return writeFirstPage(database, caller, listing, request, options);
  const [, list = '', id = ''] =
    /^(\/api\/(?:tracking|journal)\/|\/api\/wellness\/reports\/)([^/]+)\/$/.exec(request.path) ?? [];
  const detail = listings[list];
  if (!detail) throw new Refusal(404);
  return writeDetail(database, caller, detail, id, request.query, options);
}

/** Anything but a refusal is a fault of the twin itself and must not pass for an answer. */
function refused(error: unknown): { status: number; errors?: readonly string[] } {
  if (!(error instanceof Refusal)) throw error;
  return error.status === 400 ? { status: 400, errors: error.parameters } : { status: error.status };
}
