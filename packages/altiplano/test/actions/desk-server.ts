import { afterAll, beforeAll } from 'vitest';
import { issueToken } from '../../src/cli/token.ts';
import { type EngineOptions, startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { type HttpServer, serve } from '../../src/http/server.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { sourceKey } from '../support/app-database.ts';
import { useDatabase } from '../support/database.ts';
import { CLERK, desk, OFFICE, SCHEMA_SQL } from './desk.ts';

export const deskTemplate = {
  name: 'desk',
  key: `${SCHEMA_SQL} ${sourceKey({ ...desk, migrations: ENGINE.folder })}`,
  build: async (url: string) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await withOwner(url, (client) => client.query(SCHEMA_SQL));
  },
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was answered
  readonly json: any;
}

export interface Asked {
  readonly body?: unknown;
  readonly office?: string;
  readonly key?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The desk on a database of its own, behind a real socket. */
export function useDesk(options: Partial<EngineOptions> = {}) {
  const database = useDatabase(deskTemplate);
  let server: HttpServer;
  let token = '';
  beforeAll(async () => {
    const url = database.url();
    token = await issueToken(url, 'desk', CLERK, [], 'test');
    const engine = await startEngine({ url, apps: [desk], pepper: 'test', poolSize: 4, ...options });
    server = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
  });
  afterAll(() => server.stop());

  async function ask(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const { body, office = OFFICE, key, headers = {}, signal } = asked;
    const separator = path.includes('?') ? '&' : '?';
    const reply = await fetch(`${server.origin}${path}${office === '' ? '' : `${separator}office_id=${office}`}`, {
      method,
      headers: {
        authorization: `Bearer ${asked.token ?? token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, text, json: text === '' ? null : JSON.parse(text) };
  }

  const rows = async <R = Record<string, unknown>>(text: string): Promise<readonly R[]> =>
    withOwner(database.url(), async (client) => (await client.query(text)).rows as R[]);

  return {
    ask,
    rows,
    url: () => database.url(),
    origin: () => server.origin,
    tokenOf: (scopes: readonly string[]) => issueToken(database.url(), 'desk', CLERK, scopes, 'test'),
  };
}
