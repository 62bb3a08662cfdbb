import { Failure } from 'altiplano';
import { answer, type Engine, issueToken, type Reply, type Service, startEngine } from 'altiplano/testing';
import { afterAll, beforeAll } from 'vitest';
import { callbot } from '../../app.ts';

export const ORIGIN = 'http://127.0.0.1:3000';
export const WORKSPACES = '/api/v1/workspaces/';

export interface Asked {
  readonly status: number;
  readonly body: string;
  readonly errors: readonly string[];
}

export interface WorkspacesAsker {
  /** The list, or with an `id` one workspace. */
  ask(userId: string, query?: string, id?: string | null): Promise<Asked>;
  service(): Service;
}

/** The engine without HTTP, on a test's database. */
export function useWorkspaces(database: { url(): string }): WorkspacesAsker {
  let engine: Engine;
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test', poolSize: 2 });
  });
  afterAll(() => engine?.close());

  const service = () => {
    const found = engine.services.find(({ resource }) => resource.path === WORKSPACES);
    if (found === undefined) throw new Error('callbot has no workspaces');
    return found;
  };
  return {
    service,
    async ask(userId, query = '', id = null) {
      const token = tokens.get(userId) ?? (await issueToken(database.url(), 'callbot', userId, [], 'test'));
      tokens.set(userId, token);
      const call = {
        id,
        origin: ORIGIN,
        path: id === null ? WORKSPACES : `${WORKSPACES}${id}/`,
        query: new URLSearchParams(query),
        authorization: `Bearer ${token}`,
        signal: new AbortController().signal,
      };
      return answer(service(), call).then(answered, refused);
    },
  };
}

function answered({ status, body }: Reply): Asked {
  return { status, body, errors: [] };
}

function refused(error: unknown): Asked {
  if (!(error instanceof Failure) || error.status >= 500) throw error;
  return { status: error.status, body: '', errors: Object.keys(error.errors ?? {}) };
}
