import {
  compared,
  Database,
  isUuid,
  jsonArray,
  jsonObject,
  type Parameters,
  parseQueryString,
  Refusal,
} from 'altiplano/twin';
import type { ClientBase } from 'pg';
import { admit } from './admission.ts';
import { auditLogs } from './audit-logs.ts';
import type { Listed, Row } from './listed.ts';
import { apiKeys, members } from './people.ts';
import { readDetailQuery, readListQuery } from './query.ts';
import type { NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';
import { findRows } from './rows.ts';
import { projects, tasks } from './work.ts';

export type { NaiveOptions, NaiveReply, NaiveRequest } from './request.ts';

const lists: Readonly<Record<string, Listed>> = {
  projects,
  tasks,
  members,
  'api-keys': apiKeys,
  'audit-logs': auditLogs,
};

/** Answers a list's first page, or one of its rows. */
export async function answerNaively(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
  options: NaiveOptions = {},
): Promise<NaiveReply> {
  return refusing(
    async () => {
      const database = new Database(client, schema);
      const { listed, id } = route(request);
      const organization = await admit(database, request, listed.scope);
      const parameters = parseQueryString(request.query);
      if (id !== null) return { status: 200, body: await writeOne(database, listed, organization, parameters, id) };
      const query = readListQuery(listed, parameters, false);
      const span = { offset: options.offset ?? 0, limit: query.pageSize };
      const items: string[] = [];
      for (const row of await findRows(database, listed, organization, query, span)) {
        items.push(await listed.write(database, row));
      }
      const body = jsonObject([
        ['results', jsonArray(items)],
        ['next', 'null'],
        ['previous', 'null'],
      ]);
      return { status: 200, body };
    },
    (status, errors) => ({ status, body: '', ...(errors ? { errors } : {}) }),
  );
}

/** The ids of all rows that a list request matches, in order, whatever its cursor and page size. */
export async function listVisible(
  client: ClientBase,
  schema: string,
  request: NaiveRequest,
): Promise<readonly string[]> {
  const database = new Database(client, schema);
  const { listed } = route(request);
  const organization = await admit(database, request, listed.scope);
  const query = readListQuery(listed, parseQueryString(request.query), true);
  const rows = await findRows(database, listed, organization, query, { offset: 0, limit: null });
  return rows.map(({ key }) => key ?? '');
}

function route({ path }: NaiveRequest): { listed: Listed; id: string | null } {
  const [, name = '', id = null] = /^\/([a-z-]+)\/(?:([^/]+)\/)?$/.exec(path) ?? [];
  const listed = lists[name];
  if (!listed) throw new Refusal(404);
  return { listed, id };
}

/** One that is not there, or another organization's, is the same 404. */
async function writeOne(
  database: Database,
  listed: Listed,
  organization: string,
  parameters: Parameters,
  id: string,
): Promise<string> {
  readDetailQuery(parameters);
  const isKey = listed.keyType === 'uuid' ? isUuid(id) : /^[1-9]\d{0,17}$/.test(id);
  if (!isKey) throw new Refusal(404);
  const one = { conditions: [compared('id', '=', id, listed.keyType)], search: undefined, order: '' };
  const [row]: Row[] = await findRows(database, listed, organization, one, { offset: 0, limit: 1 });
  if (!row) throw new Refusal(404);
  return (listed.writeDetail ?? listed.write)(database, row);
}

/** Anything but a refusal is a fault of the twin itself and must not pass for an answer. */
async function refusing<T>(
  work: () => Promise<T>,
  refused: (status: number, errors?: readonly string[]) => T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.status === 400 ? refused(400, error.parameters) : refused(error.status);
  }
}
