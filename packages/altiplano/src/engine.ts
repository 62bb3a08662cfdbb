import { setTimeout as sleep } from 'node:timers/promises';
import { authenticator } from './auth/authenticate.ts';
import type { Catalog } from './catalog/catalog.ts';
import { checkResource } from './catalog/check.ts';
import { readCatalog } from './catalog/read.ts';
import { Failure } from './errors/failure.ts';
import { type OwnerClient, withOwner } from './execute/owner.ts';
import { openPool, type Pool } from './execute/pool.ts';
import type { Observe } from './observe/observation.ts';
import type { Service } from './pipeline.ts';
import type { App } from './resource/app.ts';
import type { Resource } from './resource/resource.ts';

export interface EngineOptions {
  /** The owner's connection: reads the catalog; serves too, as the app's role, unless `appUrl` is given. */
  readonly url: string;
  readonly appUrl?: string;
  readonly apps: readonly App[];
  readonly pepper: string;
  readonly poolSize?: number;
  /** Milliseconds after which the database stops a statement. */
  readonly statementTimeout?: number;
  readonly observe?: Observe;
  readonly instant?: () => string | null;
  /** Milliseconds between two looks while a resource is out of service. */
  readonly recheck?: number;
}

export interface Engine {
  readonly services: readonly Service[];
  readonly pool: Pool;
  close(): Promise<void>;
}

const RECHECK_MS = 2_000;

/** What one app finds in the database, and what that says of each of its resources. */
interface Found {
  readonly app: App;
  catalog: Catalog;
  readonly findings: Map<Resource, Failure>;
}

/**
 * Connects, reads the catalog of each app and checks every resource against it. A finding takes one resource out of
 * service; while there is one the database is looked at again, so that what was mended is served without a restart.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { url, appUrl, apps, pepper, observe = () => {}, instant = () => null } = options;
  const { role, found } = await withOwner(url, async (client) => {
    const looked: Found[] = [];
    for (const app of apps) looked.push(judge(app, await readCatalog(client, app.schema)));
    const roles = await client.query('select altiplano.app_role() as role').catch((cause: unknown) => {
      throw new Failure('MIGR_NOT_APPLIED', { values: { app: 'altiplano', names: 'all' }, cause });
    });
    return { role: String(roles.rows[0].role), found: looked };
  });
  const pool = openPool({
    url: appUrl ?? url,
    role: appUrl === undefined ? role : null,
    size: options.poolSize ?? 10,
    statementTimeout: options.statementTimeout ?? 20_000,
    acquireTimeout: 10_000,
  });
  const services = found.flatMap((state) => {
    const { app, findings } = state;
    const authenticate = authenticator(pool, app.schema, app, pepper);
    return app.resources.map((resource): Service => {
      const finding = findings.get(resource);
      if (finding !== undefined)
        observe({ kind: 'resource.unavailable', resource: resource.name, problem: finding.message });
      return {
        resource,
        identity: app.identity,
        get catalog() {
          return state.catalog;
        },
        pool,
        authenticator: authenticate,
        observe,
        instant,
        unavailable: () => findings.get(resource) ?? null,
      };
    });
  });
  const stopWatching = watch(url, found, observe, options.recheck ?? RECHECK_MS);
  return {
    services,
    pool,
    close: async () => {
      await stopWatching();
      await pool.end();
    },
  };
}

function judge(app: App, catalog: Catalog): Found {
  const findings = new Map<Resource, Failure>();
  for (const resource of app.resources) {
    const [finding] = checkResource(resource, app.identity, catalog);
    if (finding !== undefined) findings.set(resource, finding);
  }
  return { app, catalog, findings };
}

/** Looks again until nothing is out of service any more; returns what ends it. */
function watch(url: string, found: readonly Found[], observe: Observe, milliseconds: number): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = (async () => {
    while (!signal.aborted && found.some(({ findings }) => findings.size > 0)) {
      // Alone it keeps no process running.
      await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
      // A database that cannot be reached is asked again at the next turn.
      if (!signal.aborted) await withOwner(url, (client) => look(client, found, observe)).catch(() => {});
    }
  })();
  return () => {
    stopping.abort();
    return done;
  };
}

async function look(client: OwnerClient, found: readonly Found[], observe: Observe): Promise<void> {
  for (const state of found.filter(({ findings }) => findings.size > 0)) {
    const { catalog, findings } = judge(state.app, await readCatalog(client, state.app.schema));
    const mended = [...state.findings.keys()].filter((resource) => !findings.has(resource));
    state.catalog = catalog;
    state.findings.clear();
    for (const [resource, finding] of findings) state.findings.set(resource, finding);
    for (const { name } of mended) observe({ kind: 'resource.available', resource: name });
  }
}
