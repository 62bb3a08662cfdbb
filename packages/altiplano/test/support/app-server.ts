import { afterAll, beforeAll } from 'vitest';
import { parseKeyRing } from '../../src/encryption/key-ring.ts';
import { type Engine, type EngineOptions, startEngine } from '../../src/engine.ts';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { type HttpServer, type ServeOptions, serve } from '../../src/http/server.ts';
import { type Template, useDatabase } from './database.ts';

/** Of encrypted columns, and of access tokens. */
export const TEST_KEYS = parseKeyRing(`test:${Buffer.alloc(32, 7).toString('base64')}`);

export interface Sent {
  /** Whose token to send: a name of `credentials`, or null for none. */
  readonly as?: string | null;
  readonly method?: string;
  readonly path: string;
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

export interface AppServer {
  send(sent: Sent): Promise<Answer>;
  engine(): Engine;
  owner(): OwnerClient;
  /** The owner's connection, for another one. */
  url(): string;
  origin(): string;
  /** The bearer token of that name. */
  token(name: string): string;
  /** Another server on the same database, stopped with the first. */
  another(): Promise<Pick<AppServer, 'send'>>;
}

export interface AppServerOptions extends Omit<Partial<EngineOptions>, 'apps' | 'url'> {
  readonly template: Template;
  readonly apps: EngineOptions['apps'];
  readonly serving?: Pick<ServeOptions, 'dashboard' | 'parameters' | 'folding'>;
  /** Fills the database and says which bearer tokens there are, by name. */
  readonly prepare: (owner: OwnerClient, url: string) => Promise<Readonly<Record<string, string>>>;
}

/** Apps on a database of their own, behind a real socket. */
export function useServer({ template, apps, prepare, serving = {}, ...options }: AppServerOptions): AppServer {
  const database = useDatabase(template);
  const servers: HttpServer[] = [];
  let owner: OwnerClient;
  let engine: Engine;
  let tokens: Readonly<Record<string, string>> = {};

  const start = async (): Promise<HttpServer> => {
    engine = await startEngine({
      pepper: 'test',
      keys: TEST_KEYS,
      signing: TEST_KEYS,
      poolSize: 8,
      ...options,
      url: database.url(),
      apps,
    });
    const server = await serve({ host: '127.0.0.1', port: 0, version: '0.0.0', logger: false, engine, ...serving });
    servers.push(server);
    return server;
  };
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    tokens = await prepare(owner, database.url());
    await start();
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await owner?.end();
  });

  const first = (): HttpServer => {
    const [server] = servers;
    if (server === undefined) throw new Error('the server has not started');
    return server;
  };
  return {
    send: (sent) => send(first().origin, tokens, sent),
    engine: () => engine,
    owner: () => owner,
    url: () => database.url(),
    origin: () => first().origin,
    token: (name) => {
      const token = tokens[name];
      if (token === undefined) throw new Error(`no token is called ${name}`);
      return token;
    },
    another: async () => {
      const kept = engine;
      const { origin } = await start();
      engine = kept;
      return { send: (sent) => send(origin, tokens, sent) };
    },
  };
}

async function send(origin: string, tokens: Readonly<Record<string, string>>, sent: Sent): Promise<Answer> {
  const { as = null, method = 'GET', path, body, headers = {}, signal = null } = sent;
  const token = as === null ? null : (tokens[as] ?? as);
  const reply = await fetch(new URL(path, origin), {
    method,
    signal,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await reply.text();
  const isJson = (reply.headers.get('content-type') ?? '').includes('json') && text !== '';
  return { status: reply.status, headers: reply.headers, text, json: isJson ? JSON.parse(text) : null };
}
