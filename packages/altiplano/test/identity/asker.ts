import { afterAll, beforeAll } from 'vitest';
import { newKey } from '../../src/auth/new-key.ts';
import { issueToken } from '../../src/cli/token.ts';
import { type Engine, startEngine } from '../../src/engine.ts';
import { Failure } from '../../src/errors/failure.ts';
import { connectOwner, type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import type { Observation } from '../../src/observe/observation.ts';
import { answer, type Service } from '../../src/pipeline.ts';
import type { App } from '../../src/resource/app.ts';
import type { Reply } from '../../src/respond/reply.ts';
import { answerWrite, type WriteCall, writeRoutes } from '../../src/write/call.ts';
import { sourceKey } from '../support/app-database.ts';
import { useDatabase } from '../support/database.ts';

export interface Answered {
  readonly status: number;
  readonly code: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, readonly string[]>>;
  /** Statements the request sent, apart from looking the credential up. */
  readonly statements: number;
}

export interface Asker {
  /** `ask('a1', 'GET /notes/')`: a member or a token, a method and what follows the app's name; a body as text is sent as it is. */
  ask(
    who: string,
    target: string,
    body?: unknown,
    key?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>;
  token(who: string, scopes?: readonly string[]): Promise<string>;
  /** Stores an API key of a club: its scopes, and for how many seconds it is good; its printed secret. */
  key(
    club: string,
    scopes: readonly string[],
    seconds?: number,
  ): Promise<{ readonly id: string; readonly secret: string }>;
  service(resource?: string): Service;
  owner(): OwnerClient;
  engine(): Engine;
  url(): string;
}

interface Options {
  readonly app: App;
  readonly sql: string;
  /** After `sql`: what the declaration prints, and what is built of it. */
  readonly prepare?: (client: OwnerClient, url: string) => Promise<void>;
  /** `a1` → the key of that member. */
  readonly memberId: (which: string) => string;
}

/** Who sends no credential. */
export const NOBODY = 'nobody';

/** An app on a database of its own, asked without HTTP. */
export function useApp({ app, sql, prepare = async () => {}, memberId }: Options): Asker {
  const database = useDatabase({
    name: app.name,
    key: `${sql} ${sourceKey({ ...app, migrations: ENGINE.folder })}`,
    build: async (url) => {
      await migrate(ENGINE, { url, direction: 'up' });
      await withOwner(url, async (client) => {
        await client.query(sql);
        await prepare(client, url);
      });
    },
  });
  let engine: Engine;
  let owner: OwnerClient;
  const tokens = new Map<string, Promise<string>>();
  const told: Observation[] = [];
  beforeAll(async () => {
    const observe = (observation: Observation) => void told.push(observation);
    engine = await startEngine({ url: database.url(), apps: [app], pepper: 'test', poolSize: 4, observe });
    owner = await connectOwner(database.url());
    await owner.query(`set search_path to ${app.schema}`);
  });
  afterAll(async () => {
    await owner.end();
    await engine.close();
  });

  const issue = (who: string, scopes: readonly string[] = []) =>
    issueToken(database.url(), app.name, memberId(who), scopes, 'test');
  const token = (who: string) => {
    const known = tokens.get(who) ?? issue(who);
    tokens.set(who, known);
    return known;
  };
  const service = (resource = app.resources[0]?.name) => {
    const found = engine.services.find((one) => one.resource.name === resource);
    if (found === undefined) throw new Error(`no resource ${resource}`);
    return found;
  };

  return {
    async ask(who, target, body, key, headers = {}) {
      const authorization = who === NOBODY ? undefined : `Bearer ${who.startsWith('alt_') ? who : await token(who)}`;
      const [method = '', address = ''] = target.split(' ');
      const { pathname, search } = new URL(`http://localhost/${app.name}${address}`);
      const found = engine.services.find((one) => pathname.startsWith(one.resource.path));
      if (found === undefined) throw new Error(`no resource at ${pathname}`);
      const { path } = found.resource;
      const rest = pathname.slice(path.length);
      const call = { origin: 'http://localhost', path, query: new URLSearchParams(search), headers, authorization };
      const signal = new AbortController().signal;
      told.length = 0;
      const reply =
        method === 'GET'
          ? answer(found, { ...call, id: rest === '' ? null : rest.replace(/\/$/, ''), signal })
          : answerWrite(found, { ...call, ...writing(found, method, rest), ...sent(body, key), signal });
      const answered = await reply.then(asAnswered, refused);
      const [finished] = told.filter((one) => one.kind === 'request.finished');
      return { ...answered, statements: finished?.statements ?? 0 };
    },
    token: issue,
    async key(club, scopes, seconds) {
      const { prefix, secret, digest } = newKey(app.name, 'test');
      const { rows } = await owner.query(
        `insert into api_key (club_id, prefix, digest, scopes, created_by, expires_at)
         select $1, $2, $3, $4, (select min(id::text) from member where club_id = $1)::${app.identity.id},
           now() + make_interval(secs => $5)
         returning id::text`,
        [club, prefix, digest, scopes, seconds ?? null],
      );
      return { id: rows[0].id, secret };
    },
    service,
    owner: () => owner,
    engine: () => engine,
    url: () => database.url(),
  };
}

function sent(body: unknown, key: string | undefined) {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return { body: text, idempotencyKey: key ?? null, ifMatch: null, requestId: 'request-1' };
}

/** `PATCH`, `<uuid>/` → the route and the path's parameters. */
function writing({ resource }: Service, method: string, rest: string): Pick<WriteCall, 'route' | 'parameters'> {
  for (const route of writeRoutes(resource)) {
    const match = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(rest);
    if (route.method === method && match !== null) return { route, parameters: { ...match.groups } };
  }
  throw new Error(`no route ${method} ${rest}`);
}

type Outcome = Omit<Answered, 'statements'>;

const asAnswered = ({ status, headers, body }: Reply): Outcome => ({ status, headers, body, code: '', errors: {} });

function refused(error: unknown): Outcome {
  if (!(error instanceof Failure)) throw error;
  const { status, code, message, errors = {} } = error;
  return { status, code, body: message, headers: {}, errors };
}
