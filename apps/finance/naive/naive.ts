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
import { accounts, writeAccount, writeAccounts } from './accounts.ts';
import { admit, type Caller, need } from './admission.ts';
import { type Listing, type Row, readNothing, readPage, readPageQuery } from './pages.ts';
import type { NaiveReply, NaiveRequest } from './request.ts';
import { ofTenant } from './tenant.ts';
import { transactions, writeTransaction, writeTransactions } from './transactions.ts';
import { writeUsers } from './users.ts';

export type { NaiveReply, NaiveRequest } from './request.ts';

/** Answers a page of a list or a single object, one small statement after the other. */
export async function answerNaively(client: ClientBase, schema: string, request: NaiveRequest): Promise<NaiveReply> {
  const database = new Database(client, schema);
  try {
    return { status: 200, body: await bodyOf(database, await admit(database, request), request) };
  } catch (error) {
    // Anything but a refusal is a fault of the twin itself and must not pass for an answer.
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: '', ...(error.status === 400 ? { errors: error.parameters } : {}) };
  }
}

async function bodyOf(database: Database, caller: Caller, { path, query }: NaiveRequest): Promise<string> {
  const parameters = parseQueryString(query);
  const one = async (listing: Listing, id: string): Promise<Row> => {
    readNothing(parameters);
    return findOne(database, caller, listing, id);
  };
  const [, list = '', id] =
    /^\/(financial\/accounts|financial\/transactions|users|me\/permissions)(?:\/([^/]+))?$/.exec(path) ?? [];
  switch (`${list}${id === undefined ? '' : '/:id'}`) {
    case 'financial/accounts':
      need(caller, 'accounts:read');
      return writeAccounts(database, caller, readPageQuery(accounts, parameters));
    case 'financial/accounts/:id':
      need(caller, 'accounts:read');
      return writeAccount(database, await one(accounts, id ?? ''));
    case 'financial/transactions':
      need(caller, 'transactions:read');
      return writeTransactions(database, caller, readPageQuery(transactions, parameters));
    case 'financial/transactions/:id':
      need(caller, 'transactions:read');
      return writeTransaction(database, await one(transactions, id ?? ''));
    case 'users':
      need(caller, 'users:read');
      refuseUnknown(parameters, ['page', 'size']);
      return writeUsers(database, caller, readPageQuery({ filters: {}, searched: null }, parameters));
    case 'me/permissions':
      readNothing(parameters);
      return jsonObject([['permissions', jsonArray(caller.permissions.map((one) => JSON.stringify(one)))]]);
    default:
      throw new Refusal(404);
  }
}

/** Told by themselves: what is said with an unknown word is not read. */
function refuseUnknown(parameters: Parameters, known: readonly string[]): void {
  readNothing(new Map([...parameters].filter(([name]) => !known.includes(name))));
}

/** One that is not there, and another tenant's, are the same 404. */
async function findOne(database: Database, caller: Caller, listing: Listing, id: string): Promise<Row> {
  if (!isUuid(id)) throw new Refusal(404);
  const query = { conditions: [compared('id', '=', id, 'uuid')], page: 1, size: 1 };
  const { rows } = await readPage(database, listing, ofTenant(caller), query);
  const [row] = rows;
  if (!row) throw new Refusal(404);
  return row;
}
