import { connectOwner, Failure, type OwnerClient } from 'altiplano';
import {
  answer,
  answerWrite,
  type Engine,
  type EngineOptions,
  issueToken,
  type Reply,
  type Service,
  startEngine,
  type WriteCall,
  writeRoutes,
} from 'altiplano/testing';
import { afterAll, beforeAll } from 'vitest';
import { callbot } from '../../app.ts';

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Code and errors of a refusal. */
  readonly code: string;
  readonly errors: Readonly<Record<string, readonly string[]>>;
}

export interface Sent {
  /** `customers` unless said otherwise. */
  readonly resource?: 'customers' | 'calls';
  readonly query?: string;
  readonly body?: unknown;
  /** The body as text, for what JSON.stringify would not write. */
  readonly text?: string;
  readonly key?: string;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

export interface Writer {
  /** `send(user, 'PATCH :id/', …)`: a method and a route, `:id` and `:label_id` replaced by uuids. */
  send(user: string, target: string, sent?: Sent): Promise<Answered>;
  /** The detail as a reader gets it. */
  read(user: string, workspace: string, id: string): Promise<Answered>;
  service(resource?: Sent['resource']): Service;
  owner(): OwnerClient;
}

const ORIGIN = 'http://127.0.0.1:3000';

/** The engine without HTTP on a test's database. */
export function useWriter(database: { url(): string }, options: Partial<EngineOptions> = {}): Writer {
  let engine: Engine;
  let owner: OwnerClient;
  const tokens = new Map<string, Promise<string>>();
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test', poolSize: 8, ...options });
  });
  afterAll(async () => {
    await engine.close();
    await owner.end();
  });

  const service = (name: Sent['resource'] = 'customers') => {
    const found = engine.services.find(({ resource }) => resource.name === name);
    if (found === undefined) throw new Error(`callbot has no resource ${name}`);
    return found;
  };
  const authorize = async (user: string) => {
    const token = tokens.get(user) ?? issueToken(database.url(), 'callbot', user, [], 'test');
    tokens.set(user, token);
    return `Bearer ${await token}`;
  };
  const send: Writer['send'] = async (user, target, sent = {}) => {
    const { resource } = service(sent.resource);
    const call: WriteCall = {
      ...routeOf(service(sent.resource), target),
      origin: ORIGIN,
      path: resource.path,
      query: new URLSearchParams(sent.query ?? ''),
      body: sent.text ?? (sent.body === undefined ? null : JSON.stringify(sent.body)),
      authorization: await authorize(user),
      idempotencyKey: sent.key ?? null,
      ifMatch: sent.ifMatch ?? null,
      signal: sent.signal ?? new AbortController().signal,
    };
    return answerWrite(service(sent.resource), call).then(answered, refused);
  };
  const read: Writer['read'] = async (user, workspace, id) => {
    const call = {
      id,
      origin: ORIGIN,
      path: service().resource.path,
      query: new URLSearchParams({ workspace_id: workspace }),
      authorization: await authorize(user),
      signal: new AbortController().signal,
    };
    return answer(service(), call).then(answered, refused);
  };
  return { send, read, service, owner: () => owner };
}

/** `DELETE <uuid>/labels/<uuid>/` → its route and the path's parameters. */
export function routeOf(service: Service, target: string): Pick<WriteCall, 'route' | 'parameters'> {
  const [method, path = ''] = target.split(' ');
  for (const route of writeRoutes(service.resource)) {
    const pattern = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(path);
    if (route.method === method && match !== null) return { route, parameters: { ...match.groups } };
  }
  throw new Error(`no route ${target}`);
}

function answered({ status, body, headers }: Reply): Answered {
  return { status, body, headers, code: '', errors: {} };
}

function refused(error: unknown): Answered {
  if (!(error instanceof Failure) || error.status === 500) throw error;
  return { status: error.status, body: error.message, headers: {}, code: error.code, errors: error.errors ?? {} };
}
