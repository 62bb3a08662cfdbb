import { connectOwner, type OwnerClient } from 'altiplano';
import { type EngineOptions, issueToken, serve, startEngine, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { callbot } from '../../app.ts';
import { answerNaively } from '../../naive.ts';
import { emptyCallbot } from '../callbot-database.ts';
import { OURS, ROWS, USERS, type User } from './fixture.ts';

export const CUSTOMERS_PATH = '/api/v1/customers/';
export const CALLS_PATH = '/api/v1/calls/';

export interface Sent {
  readonly as?: User;
  readonly method: string;
  /** Without `workspace_id`, which is added unless the path has it or `workspace` is null. */
  readonly path: string;
  readonly workspace?: string | null;
  /** A text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a client makes of it
  readonly json: any;
}

export interface Api {
  send(sent: Sent): Promise<Answer>;
  /** A detail as a user sees it. */
  read(id: string, as?: User): Promise<Answer>;
  /** The same by the naive twin. */
  readNaively(id: string, as?: User): Promise<string>;
  owner(): OwnerClient;
  /** The owner's connection, for another one. */
  url(): string;
  /** One text that changes with any row of the contract's tables. */
  contents(): Promise<string>;
  restart(): Promise<void>;
}

type Server = Awaited<ReturnType<typeof serve>>;

/** Callbot with the fixture's rows on a database of its own, behind a real socket. */
export function useApi(options: Partial<EngineOptions> = {}, rows = ROWS): Api {
  const database = useDatabase(emptyCallbot);
  const tokens = new Map<User, string>();
  let owner: OwnerClient;
  let server: Server;

  const start = async () => {
    const engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test', poolSize: 8, ...options });
    server = await serve({ host: '127.0.0.1', port: 0, version: '0.0.0', logger: false, engine });
  };
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    await owner.query(rows);
    for (const user of Object.keys(USERS) as User[]) {
      tokens.set(user, await issueToken(database.url(), 'callbot', USERS[user], [], 'test'));
    }
    await start();
  });
  afterAll(async () => {
    await server?.stop();
    await owner?.end();
  });

  const send: Api['send'] = async ({ as = 'admin', workspace = OURS, headers = {}, ...sent }) => {
    const { method, path, body, signal = null } = sent;
    const isText = typeof body === 'string';
    const query = workspace === null || path.includes('workspace_id=') ? '' : `?workspace_id=${workspace}`;
    const reply = await fetch(`${server.origin}${path}${query}`, {
      method,
      signal,
      headers: {
        authorization: `Bearer ${tokens.get(as)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    const isJson = (reply.headers.get('content-type') ?? '').includes('json');
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : null,
    };
  };

  return {
    send,
    read: (id, as = 'admin') => send({ as, method: 'GET', path: `${CUSTOMERS_PATH}${id}/` }),
    readNaively: async (id, as = 'admin') => {
      const path = `${CUSTOMERS_PATH}${id}/`;
      const request = { user: { id: USERS[as] }, path, query: `workspace_id=${OURS}`, origin: server.origin };
      return (await answerNaively(owner, 'callbot', request)).body;
    },
    owner: () => owner,
    url: () => database.url(),
    contents: () => contentsOf(owner),
    restart: async () => {
      await server.stop();
      await start();
    },
  };
}

const TABLES = ['customer', 'customer_campaign_labels', 'call', 'call_campaign_customer', 'label', 'employee'];

async function contentsOf(owner: OwnerClient): Promise<string> {
  const parts = TABLES.map(
    (
      table,
    ) => `select '${table} ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as part
      from callbot.${table} t`,
  );
  const { rows } = await owner.query<{ part: string }>(parts.join(' union all '));
  return rows.map(({ part }) => part).join('\n');
}

/** A refusal looks the same wherever it comes from. */
export function expectProblem({ json, headers, status }: Answer): void {
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(json).toMatchObject({ status, detail: expect.stringMatching(/./), hint: expect.stringMatching(/./) });
}

/** The body of a refusal, but for what differs from request to request. */
export function refusalText({ text, json }: Answer): string {
  return text.replace(json.request_id, '');
}
