import { Failure } from '../errors/failure.ts';
import { run } from '../execute/run.ts';
import { runWrite } from '../execute/write.ts';
import { type Stopwatch, stopwatch } from '../observe/stopwatch.ts';
import type { Service } from '../pipeline.ts';
import type { Caller } from '../plan/plan.ts';
import { planRequest } from '../plan/plan-request.ts';
import type { Reply } from '../respond/reply.ts';
import { respond } from '../respond/respond.ts';
import { emit } from '../sql/emit.ts';
import type { WriteCall } from './call.ts';
import { parseWrite } from './parse/parse-write.ts';
import { planWrite } from './plan/plan-write.ts';
import { respondWrite } from './respond/respond-write.ts';
import { readWriteRows } from './respond/rows.ts';
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
    throw error;
  }
}

/** How many statements a request sent, repetitions included. */
interface Sent {
  statements: number;
}

/** Null when the credential turned out to be out of date: the plan was made for another role, so nothing was written. */
async function attempt(service: Service, call: WriteCall, watch: Stopwatch, sent: Sent): Promise<Reply | null> {
  const { resource, catalog, authenticator, pool } = service;
  const { caller } = await watch.timeAsync('authenticate', () => authenticator.authenticate(call.authorization));
  const { change, refusal } = watch.time('parse', () => parseWrite(resource, catalog, call));
  if (refusal !== null) {
    sent.statements += 1;
    await watch.timeAsync('execute', () => enter(service, call, change.tenant, caller));
    throw refusal;
  }
  const plan = watch.time('plan', () => planWrite(change, { ...service, caller }));
  const statements = watch.time('emit', () => emitWrite(plan, service.instant()));
  const session = { tenant: change.tenant, caller: caller.userId };
  const { lock, write, reply } = statements;
  const inOrder = [lock, write, reply].filter((statement) => statement !== null);
  const results = await retrying(() => {
    sent.statements += inOrder.length;
    return watch.timeAsync('execute', () => runWrite(pool, session, inOrder, call.signal));
  });
  const rows = readWriteRows(statements, results);
  watch.add('lock', rows.lockMilliseconds);
  if (rows.allowed && !rows.current) {
    authenticator.forget(call.authorization);
    return null;
  }
  return watch.time('respond', () => respondWrite(plan, rows, resource, call));
}

/** @throws AUTH_FORBIDDEN: a stranger is not told what else was wrong */
async function enter(service: Service, call: WriteCall, tenant: string, caller: Caller): Promise<void> {
  const { resource, pool } = service;
  const plan = planRequest({ kind: 'entry', resource, tenant }, { ...service, caller });
  const rows = await run(pool, { tenant, caller: caller.userId }, emit(plan), call.signal);
  respond(plan, rows, resource, call);
}
