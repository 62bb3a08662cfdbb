import { lacksScope } from '../auth/permission.ts';
import { Failure } from '../errors/failure.ts';
import { run, sessionOf } from '../execute/run.ts';
import { runWrite } from '../execute/write.ts';
import { type Stopwatch, stopwatch } from '../observe/stopwatch.ts';
import type { Service } from '../pipeline.ts';
import type { Caller } from '../plan/plan.ts';
import { planRequest } from '../plan/plan-request.ts';
import { currentTrace } from '../profile/trace.ts';
import { actOf } from '../resource/permissions.ts';
import type { Reply } from '../respond/reply.ts';
import { respond } from '../respond/respond.ts';
import { emit } from '../sql/emit.ts';
import type { WriteCall } from './call.ts';
import type { Change } from './change.ts';
import { encryptItems } from './encrypt.ts';
import { parseWrite } from './parse/parse-write.ts';
import { planWrite } from './plan/plan-write.ts';
import { respondWrite } from './respond/respond-write.ts';
import { readWriteRows } from './respond/rows.ts';
import { nameTaken } from './respond/taken.ts';
import { retrying } from './retry.ts';
import { emitWrite } from './sql/emit-write.ts';

/**
 * A change on one screen: authenticate, parse, plan, emit, execute, respond, each timed.
 * @throws Failure of any stage
 */
export async function answerWrite(service: Service, call: WriteCall): Promise<Reply> {
  const watch = stopwatch();
  const sent: Sent = { statements: 0 };
  const tell = (status: number) =>
    service.observe({
      kind: 'request.finished',
      resource: service.resource.name,
      stages: watch.stages,
      status,
      statements: sent.statements,
    });
  try {
    const unavailable = service.unavailable();
    if (unavailable !== null) throw unavailable;
    const reply = (await attempt(service, call, watch, sent)) ?? (await attempt(service, call, watch, sent));
    if (reply === null) throw new Failure('AUTH_INVALID'); // the role changed twice within one request
    tell(reply.status);
    return reply;
  } catch (error) {
    tell(error instanceof Failure ? error.status : 500);
    throw nameTaken(error, service.resource, service.catalog);
  }
}

/** The table that rows go from for good: whatever still refers to them keeps them. */
function removesFrom({ action, resource }: Change): string | null {
  return action === 'delete' && resource.deleted === null ? resource.table : null;
}

/** What each statement is for, in their order. */
function labelsOf(resource: string, { lock }: ReturnType<typeof emitWrite>): readonly string[] {
  const all = lock === null ? ['write', 'reply'] : ['lock rows', 'write', 'reply'];
  return all.map((label) => `${resource} ${label}`);
}

/** How many statements a request sent, repetitions included. */
interface Sent {
  statements: number;
}

/** Null when the credential turned out to be out of date: the plan was made for another role, so nothing was written. */
async function attempt(service: Service, call: WriteCall, watch: Stopwatch, sent: Sent): Promise<Reply | null> {
  const { resource, catalog, authenticator, pool } = service;
  const { caller } = await watch.timeAsync('authenticate', () =>
    authenticator.authenticate(call.authorization, call.headers),
  );
  const { change: asked, refusal } = watch.time('parse', () => parseWrite(resource, catalog, call, caller.tenant));
  const barred = lacksScope(caller, resource.permissions[actOf(call.route.action)]) ?? refusal;
  if (barred !== null) {
    sent.statements += 1;
    const isCurrent = await watch.timeAsync('execute', () => enter(service, call, asked.tenant, caller));
    if (isCurrent) throw barred;
    authenticator.forget(call.authorization, call.headers);
    return null;
  }
  const change = encryptItems(asked, service.keys);
  const plan = watch.time('plan', () => planWrite(change, { ...service, caller }));
  const statements = watch.time('emit', () => emitWrite(plan, service.instant()));
  const session = sessionOf(service.identity, caller, change.tenant, call.requestId);
  const { lock, write, reply } = statements;
  const inOrder = [lock, write, reply].filter((statement) => statement !== null);
  const results = await retrying(() => {
    watch.trace?.about({ tenant: change.tenant, user: caller.userId }, labelsOf(resource.name, statements));
    sent.statements += inOrder.length;
    return watch.timeAsync('execute', () => runWrite(pool, session, inOrder, call.signal, removesFrom(change)));
  });
  const rows = readWriteRows(statements, results);
  watch.add('lock', rows.lockMilliseconds);
  if (rows.allowed && !rows.current) {
    authenticator.forget(call.authorization, call.headers);
    return null;
  }
  return watch.time('respond', () => respondWrite(plan, rows, resource, call, service.keys));
}

/**
 * Whether the credential still holds.
 * @throws AUTH_FORBIDDEN: a stranger is not told what else was wrong
 */
async function enter(service: Service, call: WriteCall, tenant: string, caller: Caller): Promise<boolean> {
  const { resource, pool, identity } = service;
  const plan = planRequest({ kind: 'entry', resource, tenant }, { ...service, caller });
  currentTrace()?.about({ tenant, user: caller.userId }, [`${resource.name} membership`]);
  const rows = await run(pool, sessionOf(identity, caller, tenant), emit(plan), call.signal);
  respond(plan, rows, resource, call);
  return rows.current;
}
