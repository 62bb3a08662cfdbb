import { ANYBODY } from './auth/anybody.ts';
import type { Authenticator } from './auth/authenticate.ts';
import { lacksScope } from './auth/permission.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { KeyRing } from './encryption/key-ring.ts';
import { Failure } from './errors/failure.ts';
import type { Pool } from './execute/pool.ts';
import { run, sessionOf } from './execute/run.ts';
import type { Observe } from './observe/observation.ts';
import { type Stopwatch, stopwatch } from './observe/stopwatch.ts';
import { describePlan } from './plan/describe-plan.ts';
import type { Caller } from './plan/plan.ts';
import { planRequest } from './plan/plan-request.ts';
import { type ParsedRequest, parseRequest, refuseRequest } from './request/parse-request.ts';
import type { Identity } from './resource/identity.ts';
import type { Resource } from './resource/resource.ts';
import type { Address, Reply } from './respond/reply.ts';
import { respond } from './respond/respond.ts';
import { emit } from './sql/emit.ts';

/** One resource, ready to answer. */
export interface Service {
  readonly resource: Resource;
  readonly identity: Identity;
  readonly catalog: Catalog;
  readonly pool: Pool;
  readonly authenticator: Authenticator;
  /** Of encrypted columns. */
  readonly keys: KeyRing | null;
  readonly observe: Observe;
  /** Stands for `now()` in tests. */
  readonly instant: () => string | null;
  /** Why the resource cannot be served at the moment. */
  readonly unavailable: () => Failure | null;
}

/** One HTTP request for a resource: the list, or with an `id` the detail. */
export interface Call extends Address {
  readonly id: string | null;
  /** Why none of the resources at its path is meant, where several share it. */
  readonly refusal?: Failure | null;
  readonly authorization: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * A request on one screen: authenticate, parse, plan, emit, execute, respond, each timed.
 * @throws Failure of any stage
 */
export async function answer(service: Service, call: Call): Promise<Reply> {
  const watch = stopwatch();
  const told = { resource: service.resource.name, stages: watch.stages };
  try {
    const unavailable = service.unavailable();
    if (unavailable !== null) throw unavailable;
    const reply = (await attempt(service, call, watch)) ?? (await attempt(service, call, watch));
    if (reply === null) throw new Failure('AUTH_INVALID'); // the role changed twice within one request
    service.observe({ kind: 'request.finished', ...told, status: reply.status, statements: watch.count('execute') });
    return reply;
  } catch (error) {
    const status = error instanceof Failure ? error.status : 500;
    service.observe({
      kind: 'request.finished',
      ...told,
      status,
      statements: watch.count('execute'),
    });
    throw error;
  }
}

/** Null when the credential turned out to be out of date: the plan was made for another role, so nothing was read. */
async function attempt(service: Service, call: Call, watch: Stopwatch): Promise<Reply | null> {
  const { resource, authenticator, pool } = service;
  const isAnybody = resource.public && call.authorization === undefined;
  const known = () => authenticator.authenticate(call.authorization, call.headers);
  const { caller } = isAnybody ? { caller: ANYBODY } : await watch.timeAsync('authenticate', known);
  const { request, refusal } = watch.time('parse', () => parse(resource, call, caller));
  const plan = watch.time('plan', () => planRequest(request, { ...service, caller }));
  const statement = watch.time('emit', () => emit(plan, service.instant()));
  const session = sessionOf(service.identity, caller, request.tenant);
  watch.trace?.about({ tenant: request.tenant, user: caller.userId }, [describePlan(plan)]);
  const rows = await watch.timeAsync('execute', () => run(pool, session, statement, call.signal));
  if (rows.allowed && !rows.current) {
    authenticator.forget(call.authorization, call.headers);
    return null;
  }
  const reply = watch.time('respond', () => respond(plan, rows, resource, call, service.keys));
  if (refusal !== null) throw refusal;
  return reply;
}

/** Without the scope nothing else is looked at, and all that is asked is whether the credential still holds. */
function parse(resource: Resource, { id, query, refusal }: Call, caller: Caller): ParsedRequest {
  const barred = lacksScope(caller, resource.permissions.read) ?? refusal ?? null;
  if (barred !== null && resource.tenants === null) return refuseRequest(resource, query, barred, caller.tenant);
  const parsed = parseRequest(resource, id, query, caller.tenant);
  return barred === null ? parsed : { ...parsed, refusal: barred };
}
