import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import { callbot } from '../../../../apps/callbot/app.ts';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { issueToken } from '../../src/cli/token.ts';
import { type EngineOptions, startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { type HttpServer, type ServeOptions, serve } from '../../src/http/server.ts';
import { useDatabase } from '../support/database.ts';

export const WORKSPACE = '00000000-0000-4000-8000-0000000000a1';
export const FOREIGN = '00000000-0000-4000-8000-0000000000a2';
export const CUSTOMER = '00000000-0000-4000-8000-0000000000c1';
export const LIST = '/api/v1/customers/';

const ROWS = `
  insert into callbot.workspace (id, name) values ('${WORKSPACE}', 'Ours'), ('${FOREIGN}', 'Theirs');
  insert into callbot.app_user (id, email, name, role) values ('${WORKSPACE}', 'ada@example.org', 'Ada', 'admin');
  insert into callbot.app_user_workspaces (user_id, workspace_id) values ('${WORKSPACE}', '${WORKSPACE}');
  insert into callbot.customer (id, workspace_id, name, phone, status, other_attributes, created_at)
  select ('00000000-0000-4000-8000-0000000000c' || i)::uuid, '${WORKSPACE}', 'Customer ' || i, '+84 ' || i, 'active',
    '{"score": 1.50}', now() - i * interval '1 hour'
  from generate_series(1, 3) i;
`;

export interface CallbotServer {
  url(): string;
  server(): HttpServer;
  /** Of a user who may enter WORKSPACE and nothing else. */
  token(): string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Further servers on the same database; stopped at the end. */
  start(options?: Partial<EngineOptions & ServeOptions>): Promise<HttpServer>;
}

/** Callbot with three customers on a database of its own, behind a real socket. */
export function useCallbotServer(): CallbotServer {
  const database = useDatabase(emptyCallbot);
  const started: HttpServer[] = [];
  let token = '';

  const start: CallbotServer['start'] = async (options = {}) => {
    const url = database.url();
    const engine = await startEngine({ url, apps: [callbot], pepper: 'test', poolSize: 4, ...options });
    const server = await serve({ host: '127.0.0.1', port: 0, version: '0.0.0', logger: false, ...options, engine });
    started.push(server);
    return server;
  };
  const first = (): HttpServer => {
    const [server] = started;
    if (server === undefined) throw new Error('the server has not started');
    return server;
  };

  beforeAll(async () => {
    await withOwner(database.url(), (client) => client.query(ROWS));
    token = await issueToken(database.url(), 'callbot', WORKSPACE, [], 'test');
    await start();
  });
  afterAll(async () => {
    for (const server of started) await server.stop();
  });

  return {
    url: () => database.url(),
    server: first,
    token: () => token,
    get: (path, init = {}) =>
      fetch(`${first().origin}${path}`, { headers: { authorization: `Bearer ${token}` }, ...init }),
    start,
  };
}

export interface RawReply {
  readonly status: number;
  readonly body: string;
}

/** Sends a path as it is: fetch would tidy it up. */
export function getRaw(origin: string, path: string, headers: Record<string, string> = {}): Promise<RawReply> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers }, (reply) => {
      let body = '';
      reply.setEncoding('utf8');
      reply.on('data', (part: string) => {
        body += part;
      });
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    request.end();
  });
}
