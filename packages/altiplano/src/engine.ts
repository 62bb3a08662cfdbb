import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionService } from './action/service.ts';
import { authenticator } from './auth/authenticate.ts';
import { sealOf } from './auth/seal.ts';
import type { Catalog } from './catalog/catalog.ts';
import { checkResource } from './catalog/check.ts';
import { checkAction } from './catalog/check-action.ts';
import { checkAudit } from './catalog/check-audit.ts';
import { checkSignInTables, SIGN_IN } from './catalog/check-sign-in.ts';
import { readCatalog } from './catalog/read.ts';
import type { KeyRing } from './encryption/key-ring.ts';
import { Failure } from './errors/failure.ts';
import { type OwnerClient, withOwner } from './execute/owner.ts';
import { openPool, type Pool } from './execute/pool.ts';
import { jobsOf } from './jobs/from-actions.ts';
import type { Observe } from './observe/observation.ts';
import type { Service } from './pipeline.ts';
import { openProfiles, type Profiles } from './profiles.ts';
import type { Action } from './resource/action.ts';
import type { App } from './resource/app.ts';
import { encryptedColumns } from './resource/check-encryption.ts';
import type { Resource } from './resource/resource.ts';
import type { SignIn } from './resource/sign-in.ts';
import { openSignIn } from './sign-in/open.ts';
import { openRedisSessions } from './sign-in/redis-sessions.ts';
import type { SignInService } from './sign-in/service.ts';

export interface EngineOptions {
  /** The owner's connection: reads the catalog; serves too, as the app's role, unless `appUrl` is given. */
  readonly url: string;
  readonly appUrl?: string;
  readonly apps: readonly App[];
  readonly pepper: string;
  /** Of encrypted columns; a resource that has some is out of service without. */
  readonly keys?: KeyRing;
  /** Of access tokens; nobody signs in without. */
  readonly signing?: KeyRing;
  /** URL of the Redis that keeps sessions; the database does without. */
  readonly redis?: string;
  readonly poolSize?: number;
  /** Milliseconds after which the database stops a statement. */
  readonly statementTimeout?: number;
  readonly observe?: Observe;
  readonly instant?: () => string | null;
  /** Milliseconds between two looks while a resource is out of service. */
  readonly recheck?: number;
}

export interface Engine extends Profiles {
  readonly apps: readonly Pick<App, 'name' | 'schema'>[];
  readonly services: readonly Service[];
  readonly actions: readonly ActionService[];
  readonly signIns: readonly SignInService[];
  readonly pool: Pool;
  /** Hears what is observed from now on, beside the `observe` it was started with. */
  listen(listener: Observe): void;
  close(): Promise<void>;
}

const RECHECK_MS = 2_000;

type Declared = Resource | Action | SignIn;

/** What one app finds in the database, and what that says of each thing it serves. */
interface Found {
  readonly app: App;
  catalog: Catalog;
  readonly findings: Map<Declared, Failure>;
}

/**
 * Connects, reads the catalog of each app and checks every resource against it. A finding takes one resource out of
 * service; while there is one the database is looked at again, so that what was mended is served without a restart.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { url, appUrl, apps, pepper, instant = () => null, keys = null, signing = null } = options;
  const listeners: Observe[] = options.observe === undefined ? [] : [options.observe];
  const observe: Observe = (observation) => {
    for (const listener of listeners) listener(observation);
  };
  const { role, found } = await withOwner(url, async (client) => {
    const looked: Found[] = [];
    for (const app of apps) looked.push(judge(app, await readCatalog(client, app.schema)));
    const roles = await client.query('select altiplano.app_role() as role').catch((cause: unknown) => {
      throw new Failure('MIGR_NOT_APPLIED', { values: { app: 'altiplano', names: 'all' }, cause });
    });
    if (apps.some(({ identity }) => identity.signIn !== undefined)) await requireSignIn(client);
    return { role: String(roles.rows[0].role), found: looked };
  });
  const pool = openPool({
    url: appUrl ?? url,
    role: appUrl === undefined ? role : null,
    size: options.poolSize ?? 10,
    statementTimeout: options.statementTimeout ?? 20_000,
    acquireTimeout: 10_000,
  });
  const seal = sealOf(pepper);
  const redis = options.redis === undefined ? null : await openRedisSessions(options.redis);
  const served = found.map((state) => {
    const { app, findings } = state;
    const opened = openSignIn(app, { pool, pepper, keys: signing, sessions: redis?.of ?? null, observe });
    const authenticate = authenticator(pool, app.schema, app, pepper, opened?.readSession);
    /** What answering needs beside what is declared. */
    const around = (declared: Resource | Action): Omit<Service, 'resource'> => {
      const locked = withoutKeys(declared, keys);
      const finding = locked ?? findings.get(declared);
      if (finding !== undefined)
        observe({ kind: 'resource.unavailable', resource: declared.name, problem: finding.message });
      return {
        identity: app.identity,
        catalog: state.catalog,
        pool,
        authenticator: authenticate,
        keys,
        observe,
        instant,
        unavailable: () => locked ?? findings.get(declared) ?? null,
      };
    };
    const live = <S extends object>(service: S): S =>
      Object.defineProperty(service, 'catalog', { get: () => state.catalog, enumerable: true });
    return {
      authenticate,
      services: app.resources.map((resource): Service => live({ resource, ...around(resource) })),
      actions: (app.actions ?? []).map(
        (action): ActionService =>
          live({
            action,
            app: app.name,
            seal,
            jobs: (query) => jobsOf(app.name, app.jobs ?? [], query),
            ...around(action),
          }),
      ),
      signIns: opened === null ? [] : [opened.service(authenticate, () => signInFinding(state))],
    };
  });
  for (const problem of found.flatMap((state) => signInFinding(state)?.message ?? []))
    observe({ kind: 'resource.unavailable', resource: SIGN_IN, problem });
  const profiles = openProfiles({
    ...{ url, pool, ...(options.redis === undefined ? {} : { redis: options.redis }) },
    schemas: apps.map(({ schema }) => schema),
    authenticators: served.map(({ authenticate }) => authenticate),
  });
  const stopWatching = watch(url, found, observe, options.recheck ?? RECHECK_MS);
  return {
    apps: apps.map(({ name, schema }) => ({ name, schema })),
    listen: (listener) => void listeners.push(listener),
    services: served.flatMap(({ services }) => services),
    actions: served.flatMap(({ actions }) => actions),
    signIns: served.flatMap(({ signIns }) => signIns),
    pool,
    ...profiles,
    close: async () => {
      await stopWatching();
      await profiles.profiles.close();
      await redis?.close();
      await pool.end();
    },
  };
}

/** Nothing is encrypted with nothing: without keys not even what needs none is served. */
function withoutKeys(declared: Resource | Action, keys: KeyRing | null): Failure | null {
  if (keys !== null || !('table' in declared) || encryptedColumns(declared).length === 0) return null;
  return new Failure('ENCRYPTION_UNSET', { values: { table: declared.table } });
}

function signInFinding({ app: { identity }, findings }: Found): Failure | null {
  return identity.signIn === undefined ? null : (findings.get(identity.signIn) ?? null);
}

/** Logins ask for what came last: on an older database each would fail, while the server says that it is ready. */
async function requireSignIn(client: OwnerClient): Promise<void> {
  const asked = "select to_regprocedure('altiplano.await_password(text, text)') is not null as there";
  if ((await client.query<{ there: boolean }>(asked)).rows[0]?.there === true) return;
  throw new Failure('MIGR_NOT_APPLIED', { values: { app: 'altiplano', names: '0026_places, 0027_passwords' } });
}

function judge(app: App, catalog: Catalog): Found {
  const findings = new Map<Declared, Failure>();
  for (const resource of app.resources) {
    const [finding] = [...checkResource(resource, app.identity, catalog), ...checkAudit(resource, app.audit, catalog)];
    if (finding !== undefined) findings.set(resource, finding);
  }
  for (const action of app.actions ?? []) {
    const [finding] = checkAction(action, app.identity, catalog);
    if (finding !== undefined) findings.set(action, finding);
  }
  const { signIn } = app.identity;
  const [finding] = checkSignInTables(app, catalog);
  if (signIn !== undefined && finding !== undefined) findings.set(signIn, finding);
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
    const mended = [...state.findings.keys()].filter((declared) => !findings.has(declared));
    state.catalog = catalog;
    state.findings.clear();
    for (const [resource, finding] of findings) state.findings.set(resource, finding);
    for (const declared of mended) observe({ kind: 'resource.available', resource: nameOf(declared) });
  }
}

const nameOf = (declared: Declared): string => ('name' in declared ? declared.name : SIGN_IN);
