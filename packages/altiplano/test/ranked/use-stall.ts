import { readFileSync } from 'node:fs';
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
import { useDatabase } from '../support/database.ts';
import { KEEPER, STALL_SQL, stall, wares } from './stall.ts';

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what tests are about
  readonly body: any;
  readonly errors: Readonly<Record<string, readonly string[]>>;
}

export interface Stall {
  get(query: string): Promise<Answered>;
  service(): Service;
  url(): string;
  owner(): OwnerClient;
}

const RANKED = ['0014_ranked.sql', '0016_levels.sql', '0022_levels.sql'].map(
  (file) => new URL(`../../migrations/${file}`, import.meta.url),
);
const bitmaps = wares.bitmap === null ? [] : [wares.bitmap];

/** The engine without HTTP, on a database of the stall's. */
export function useStall(): Stall {
  const database = useDatabase({
    name: 'stall',
    key: JSON.stringify([
      STALL_SQL,
      bitmaps,
      bitmapMigration.toString(),
      RANKED.map((file) => readFileSync(file, 'utf8')),
    ]),
    build: buildStall,
  });
  let engine: Engine;
  let owner: OwnerClient;
  let token = '';
  beforeAll(async () => {
    owner = await connectOwner(database.url());
    engine = await startEngine({ url: database.url(), apps: [stall], pepper: 'test', poolSize: 2 });
    token = await issueToken(database.url(), 'stall', KEEPER, [], 'test');
  });
  afterAll(async () => {
    await engine.close();
    await owner.end();
  });
  const service = () => {
    const [only] = engine.services;
    const finding = only?.unavailable() ?? null;
    if (only === undefined || finding !== null) throw finding ?? new Error('no service');
    return only;
  };
  return {
    async get(query) {
      try {
        const { status, body } = await answer(service(), {
          ...{ origin: 'http://localhost', path: '/wares/', id: null, query: new URLSearchParams(query) },
          ...{ authorization: `Bearer ${token}`, signal: new AbortController().signal },
        });
        return { status, body: JSON.parse(body), errors: {} };
      } catch (error) {
        if (!(error instanceof Failure) || error.status >= 500) throw error;
        return { status: error.status, body: null, errors: error.errors ?? {} };
      }
    },
    service,
    url: database.url,
    owner: () => owner,
  };
}

async function buildStall(url: string): Promise<void> {
  await migrate(ENGINE, { url, direction: 'up' });
  await withOwner(url, async (client) => {
    await client.query(STALL_SQL);
    const { tables } = await readCatalog(client, 'stall');
    const types = Object.fromEntries(
      [...tables.values()].map(({ name, columns }) => [
        name,
        Object.fromEntries([...columns.values()].map((column) => [column.name, column.type])),
      ]),
    );
    const [up = ''] = bitmapMigration(bitmaps, types).split('-- Down Migration');
    await client.query('set search_path to stall');
    await client.query(`begin; ${up}; commit`);
  });
  await buildBitmaps(url, 'stall');
}
