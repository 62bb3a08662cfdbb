import { afterAll, beforeAll } from 'vitest';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { bitmapMigration } from '../../src/bitmap/definition.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import { issueToken } from '../../src/cli/token.ts';
import { type Engine, startEngine } from '../../src/engine.ts';
import { Failure } from '../../src/errors/failure.ts';
import { connectOwner, type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { answer, type Service } from '../../src/pipeline.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import type { Reply } from '../../src/respond/reply.ts';
import { buildRollups } from '../../src/rollup/build.ts';
import { rollupMigration } from '../../src/rollup/definition.ts';
import { answerWrite, writeRoutes } from '../../src/write/call.ts';
import { useDatabase } from '../support/database.ts';
import { depot } from './depot.ts';
import { DEPOT, DEPOT_SQL, FIRM } from './depot-sql.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed, unless it is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what tests are about
  readonly body: any;
  readonly text: string;
  readonly errors: Readonly<Record<string, readonly string[]>>;
}

export interface Sent {
  readonly body?: unknown;
  /** The body as text, for what JSON.stringify would not write. */
  readonly text?: string;
  readonly key?: string;
  readonly ifMatch?: string;
  readonly firm?: string;
}

export interface Depot {
  /** A list or a detail: `get(CHIEF, 'visits', '7/?minutes=5')`. */
  get(user: string, resource: string, target?: string, firm?: string): Promise<Answered>;
  /** `send(CHIEF, 'visits', 'PATCH 7/', …)`. */
  send(user: string, resource: string, target: string, sent?: Sent): Promise<Answered>;
  service(resource: string): Service;
  url(): string;
  owner(): OwnerClient;
}

/** The engine without HTTP, on a database of the depot's. */
export function useDepot(): Depot {
  const database = useDatabase({ name: 'depot', key: templateKey(), build: buildDepot });
  let engine: Engine;
  let owner: OwnerClient;
  const tokens = new Map<string, Promise<string>>();
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    await owner.query(`set search_path to ${DEPOT}`);
    engine = await startEngine({ url: database.url(), apps: [depot], pepper: 'test', poolSize: 2 });
    for (const one of engine.services) {
      const finding = one.unavailable();
      if (finding !== null) throw finding;
    }
  });
  afterAll(async () => {
    await engine.close();
    await owner.end();
  });

  const service = (name: string) => {
    const found = engine.services.find(({ resource }) => resource.name === name);
    if (found === undefined) throw new Error(`no resource ${name}`);
    return found;
  };
  const credential = async (user: string) => {
    const known = tokens.get(user) ?? issueToken(database.url(), 'depot', user, [], 'test');
    tokens.set(user, known);
    return `Bearer ${await known}`;
  };
  const around = async (user: string, path: string, search: string, firm: string) => ({
    origin: 'http://localhost',
    path,
    query: new URLSearchParams([['firm_id', firm], ...new URLSearchParams(search)]),
    authorization: await credential(user),
    signal: new AbortController().signal,
  });

  return {
    async get(user, name, target = '', firm = FIRM) {
      const [path = '', search = ''] = target.split('?');
      const call = await around(user, service(name).resource.path + path, search, firm);
      return settled(answer(service(name), { ...call, id: path === '' ? null : path.replace(/\/$/, '') }));
    },
    async send(user, name, target, { body, text, key, ifMatch, firm = FIRM } = {}) {
      const [method = '', path = ''] = target.split(' ');
      const { resource } = service(name);
      const found = writeRoutes(resource).flatMap((route) => {
        const pattern = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
        const match = route.method === method ? pattern.exec(path) : null;
        return match === null ? [] : [{ route, parameters: { ...match.groups } }];
      });
      const [place] = found;
      if (place === undefined) throw new Error(`no route ${target}`);
      const call = await around(user, resource.path + path, '', firm);
      const sent = text ?? (body === undefined ? null : JSON.stringify(body));
      return settled(
        answerWrite(service(name), {
          ...{ ...call, ...place, body: sent },
          ...{ idempotencyKey: key ?? null, ifMatch: ifMatch ?? null },
        }),
      );
    },
    service,
    url: database.url,
    owner: () => owner,
  };
}

async function settled(reply: Promise<Reply>): Promise<Answered> {
  try {
    const { status, headers, body } = await reply;
    return { status, headers, body: body === '' ? null : JSON.parse(body), text: body, errors: {} };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: error.status, headers: {}, body: null, text: error.message, errors: error.errors ?? {} };
  }
}

const BITMAPS = depot.resources.flatMap(({ bitmap }) => (bitmap === null ? [] : [bitmap]));
const ROLLUPS = depot.resources.flatMap(rollupsOf);

function templateKey(): string {
  return JSON.stringify([DEPOT_SQL, BITMAPS, ROLLUPS, bitmapMigration.toString(), 1]);
}

async function buildDepot(url: string): Promise<void> {
  await migrate(ENGINE, { url, direction: 'up' });
  await withOwner(url, async (client) => {
    await client.query(DEPOT_SQL);
    const { tables } = await readCatalog(client, DEPOT);
    const types = Object.fromEntries(
      [...tables.values()].map(({ name, columns }) => [
        name,
        Object.fromEntries([...columns.values()].map((column) => [column.name, column.type])),
      ]),
    );
    for (const text of [rollupMigration(ROLLUPS, types), bitmapMigration(BITMAPS, types)]) {
      const [up = ''] = text.split('-- Down Migration');
      await client.query(`set search_path to ${DEPOT}`);
      await client.query(`begin; ${up}; commit`);
    }
  });
  await buildRollups(url, DEPOT);
  await buildBitmaps(url, DEPOT);
}
