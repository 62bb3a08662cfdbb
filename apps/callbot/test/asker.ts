import { Failure } from 'altiplano';
import { answer, type Engine, issueToken, type Reply, type Service, startEngine } from 'altiplano/testing';
import { afterAll, beforeAll } from 'vitest';
import { callbot } from '../app.ts';

export const ORIGIN = 'http://127.0.0.1:3000';
export const LIST = '/api/v1/customers/';

export interface Asked {
  readonly status: number;
  readonly body: string;
  /** Names of the parameters that were refused. */
  readonly errors: readonly string[];
}

export interface Asker {
  /** Asks as a user; `path` is the list, or the list and an id. */
  ask(userId: string, query: string, id?: string | null): Promise<Asked>;
  /** Follows a link of an earlier answer. */
  follow(userId: string, link: string): Promise<Asked>;
  service(): Service;
}

/** The engine without HTTP, on a test's database, at a fixed instant. */
export function useAsker(database: { url(): string }, instant: string | null): Asker {
  let engine: Engine;
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    engine = await startEngine({
      url: database.url(),
      apps: [callbot],
      pepper: 'test',
      poolSize: 4,
      instant: () => instant,
    });
  });
  afterAll(() => engine.close());

  const service = () => {
    const [only] = engine.services;
    if (only === undefined) throw new Error('callbot has no resource');
    return only;
  };
  const tokenOf = async (userId: string) => {
    const token = tokens.get(userId) ?? (await issueToken(database.url(), 'callbot', userId, [], 'test'));
    tokens.set(userId, token);
    return token;
  };
  const ask: Asker['ask'] = async (userId, query, id = null) => {
    const call = {
      id,
      origin: ORIGIN,
      path: id === null ? LIST : `${LIST}${id}/`,
      query: new URLSearchParams(query),
      authorization: `Bearer ${await tokenOf(userId)}`,
      signal: new AbortController().signal,
    };
    return answer(service(), call).then(answered, refused);
  };
  return { ask, service, follow: (userId, link) => ask(userId, new URL(link).search) };
}

function answered({ status, body }: Reply): Asked {
  return { status, body, errors: [] };
}

function refused(error: unknown): Asked {
  if (!(error instanceof Failure) || error.status >= 500) throw error;
  return { status: error.status, body: '', errors: Object.keys(error.errors ?? {}) };
}
