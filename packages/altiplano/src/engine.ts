import { authenticator } from './auth/authenticate.ts';
import type { Catalog } from './catalog/catalog.ts';
import { checkResource } from './catalog/check.ts';
import { readCatalog } from './catalog/read.ts';
import { Failure } from './errors/failure.ts';
import { withOwner } from './execute/owner.ts';
import { openPool, type Pool } from './execute/pool.ts';
import type { Observe } from './observe/observation.ts';
import type { Service } from './pipeline.ts';
import type { App } from './resource/app.ts';

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
}

export interface Engine {
  readonly services: readonly Service[];
  readonly pool: Pool;
  close(): Promise<void>;
}

/** Connects, reads the catalog of each app and checks every resource against it. A finding takes one resource out of service. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { url, appUrl, apps, pepper, observe = () => {}, instant = () => null } = options;
  const { role, catalogs } = await withOwner(url, async (client) => {
    const found: [App, Catalog][] = [];
    for (const app of apps) found.push([app, await readCatalog(client, app.schema)]);
    const roles = await client.query('select altiplano.app_role() as role').catch((cause: unknown) => {
      throw new Failure('MIGR_NOT_APPLIED', { values: { app: 'altiplano', names: 'all' }, cause });
    });
    return { role: String(roles.rows[0].role), catalogs: found };
  });
  const pool = openPool({
    url: appUrl ?? url,
    role: appUrl === undefined ? role : null,
    size: options.poolSize ?? 10,
    statementTimeout: options.statementTimeout ?? 20_000,
    acquireTimeout: 10_000,
  });
  const services = catalogs.flatMap(([app, catalog]) => {
    const authenticate = authenticator(pool, app.schema, app, pepper);
    return app.resources.map((resource): Service => {
      const [finding] = checkResource(resource, app.identity, catalog);
      if (finding !== undefined)
        observe({ kind: 'resource.unavailable', resource: resource.name, problem: finding.message });
      return {
        resource,
        identity: app.identity,
        catalog,
        pool,
        authenticator: authenticate,
        observe,
        instant,
        unavailable: () => finding ?? null,
      };
    });
  });
  return { services, pool, close: () => pool.end() };
}
