import type { Credential } from '../auth/authenticate.ts';
import { lacksScope } from '../auth/permission.ts';
import { Failure } from '../errors/failure.ts';
import { interact, type Send } from '../execute/interactive.ts';
import { sessionOf } from '../execute/run.ts';
import { takeWriteSlot } from '../execute/write-slots.ts';
import { type Stopwatch, stopwatch } from '../observe/stopwatch.ts';
import { currentTrace, type Trace } from '../profile/trace.ts';
import type { Action, ActionContext, ActionResult } from '../resource/action.ts';
import type { Reply } from '../respond/reply.ts';
import { keyFor } from '../write/plan/plan-write.ts';
import { retrying } from '../write/retry.ts';
import type { ActionCall } from './call.ts';
import { planEntry } from './entry.ts';
import { type ParsedAction, parseAction } from './parse/parse-action.ts';
import { checkCondition } from './precondition.ts';
import { refusalOf } from './refusals.ts';
import { keepText, readKept, replyOf, toHttp } from './reply.ts';
import type { ActionService } from './service.ts';
import { emitEntry, emitKeep, statementOf } from './sql.ts';
import { type ActionTenant, tenantOf } from './tenant.ts';

/** A handler that takes longer keeps a connection from others. */
const PATIENCE_MS = 25_000;

/**
 * An action on one screen: authenticate, parse, plan, then in one transaction enter, handle and keep the reply.
 * @throws Failure of any stage, whatever the handler throws
 */
export async function answerAction(service: ActionService, call: ActionCall): Promise<Reply> {
  const watch = stopwatch();
  const sent = { statements: 0 };
  const tell = (status: number) =>
    service.observe({
      kind: 'request.finished',
      resource: service.action.name,
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

interface Prepared {
  readonly credential: Credential;
  readonly of: ActionTenant;
  readonly parsed: ParsedAction;
  readonly sent: { statements: number };
}

/** Null when the credential turned out to be out of date: nothing was done. */
async function attempt(
  service: ActionService,
  call: ActionCall,
  watch: Stopwatch,
  sent: Prepared['sent'],
): Promise<Reply | null> {
  const { action, authenticator, identity, catalog, pool } = service;
  const credential = await watch.timeAsync('authenticate', () =>
    authenticator.authenticate(call.authorization, call.headers),
  );
  const of = watch.time('parse', () => tenantOf(identity, call.query, credential.caller.tenant));
  const parsed = watch.time('parse', () => parseAction(action, catalog, call, of.tenant, of.known));
  const prepared = { credential, of, parsed, sent };
  const work = () => watch.timeAsync('execute', () => perform(service, call, prepared));
  const isRead = action.method === 'GET' || parsed.refusal !== null;
  const leave = isRead ? () => {} : await takeWriteSlot(pool, call.signal);
  try {
    const reply = await retrying(work);
    if (reply === null) authenticator.forget(call.authorization, call.headers);
    return reply;
  } catch (error) {
    throw refusalOf(error, service.app, action);
  } finally {
    leave();
  }
}

function perform(service: ActionService, call: ActionCall, prepared: Prepared): Promise<Reply | null> {
  const { action, pool } = service;
  const { credential, of, parsed, sent } = prepared;
  const { caller } = credential;
  const plan = planEntry(service, caller, of.tenant);
  const key = parsed.key === null ? null : keyFor(parsed.key, caller);
  sent.statements += 1;
  const trace = currentTrace();
  trace?.about({ tenant: of.tenant, user: caller.userId }, [`${action.name} membership`]);
  return interact(pool, {
    session: sessionOf(service.identity, caller, of.tenant, call.requestId),
    kind: action.method === 'GET' ? 'read' : 'write',
    first: emitEntry(plan, key),
    signal: call.signal,
    patience: PATIENCE_MS,
    work: async (entered, send) => {
      if (Number(entered.allowed) === 0) throw new Failure('AUTH_FORBIDDEN', { values: { tenant: of.noun } });
      if (entered.current !== true) return { value: null };
      const refusal = lacksScope(caller, action.permission) ?? parsed.refusal;
      if (refusal !== null) throw refusal;
      const kept = readKept(entered, key, service.seal);
      if (kept !== null) return { value: replayed(toHttp(kept, call.origin)) };
      const context = contextOf(service, call, prepared, send);
      await checkCondition(action, parsed.condition, context);
      const reply = replyOf(action, await handle(action, context, trace));
      const value = toHttp(reply, call.origin);
      if (key === null) return { value };
      sent.statements += 1;
      return { value, last: emitKeep(plan, key, keepText(reply, key, service.seal)) };
    },
  });
}

/** The app's own code, as a layer of its own in a profile. What it does beside our back is told by AsyncLocalStorage alone. */
async function handle(action: Action, context: ActionContext, trace: Trace | null): Promise<ActionResult> {
  if (trace === null) return action.handle(context);
  const started = performance.now();
  try {
    return await trace.recorder.run(() => action.handle(context));
  } finally {
    trace.layered('handler', started, performance.now(), 'queryset');
  }
}

const replayed = (reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'idempotency-replayed': 'true' },
});

function contextOf(service: ActionService, call: ActionCall, prepared: Prepared, send: Send): ActionContext {
  const { of, parsed, sent, credential } = prepared;
  const { userId, role, attributes, key, scopes = null } = credential.caller;
  const query: ActionContext['query'] = async <R>(of: Parameters<ActionContext['query']>[0]) => {
    sent.statements += 1;
    return (await send(statementOf(of))) as readonly R[];
  };
  return {
    tenant: of.tenant,
    said: credential.caller.said ?? null,
    caller: {
      id: key?.id ?? userId,
      kind: key === undefined ? 'user' : 'api_key',
      user: userId === '' ? null : userId,
      role,
      attributes,
      scopes,
    },
    newKey: service.authenticator.newKey,
    body: parsed.body as ActionContext['body'],
    asked: parsed.asked as ActionContext['asked'],
    parameters: parsed.parameters,
    requestId: call.requestId,
    instant: service.instant(),
    signal: call.signal,
    query,
    jobs: service.jobs(query),
  };
}
