import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';
import { Failure } from '../errors/failure.ts';
import { Refusal } from './refusal.ts';

interface Check {
  readonly name: string;
  readonly failure: Failure;
  /** Nothing can be served. */
  readonly fatal: boolean;
}

/** A database that needs longer for `select 1` is not one to send requests to. */
const PATIENCE_MS = 2000;

/**
 * `/healthz`: the process answers. `/readyz`: it can serve; when not, a problem document lists every reason. One resource
 * out of service is said aloud but takes no node out: the others still answer, and so does every other node's like it.
 */
export function mountHealth(fastify: FastifyInstance, engine: Engine, stopping: () => boolean): void {
  fastify.get('/healthz', async (_request, reply) => reply.headers(HEADERS).send('{"status":"ok"}'));
  fastify.get('/readyz', async (_request, reply) => {
    const failed = await check(engine, stopping());
    const [first] = failed;
    if (first === undefined) return reply.headers(HEADERS).send('{"status":"ready"}');
    const checks = failed.map(({ name, failure: { code, message, hint } }) => ({ name, code, detail: message, hint }));
    if (failed.length < engine.services.length + engine.actions.length && failed.every(({ fatal }) => !fatal)) {
      return reply.headers(HEADERS).send(JSON.stringify({ status: 'degraded', checks }));
    }
    throw new Refusal(first.failure, { members: { checks } });
  });
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' } as const;

async function check(engine: Engine, stopping: boolean): Promise<readonly Check[]> {
  // A stopping server closes its pool: asking it would only say the same thing worse.
  if (stopping) return [{ name: 'server', failure: new Failure('SERVER_STOPPING'), fatal: true }];
  const unavailable = [
    ...engine.services.map(({ resource, unavailable: ask }) => [resource.name, ask()] as const),
    ...engine.actions.map(({ action, unavailable: ask }) => [action.name, ask()] as const),
  ].flatMap(([name, failure]): Check[] => (failure === null ? [] : [{ name, failure, fatal: false }]));
  return (await reaches(engine))
    ? unavailable
    : [{ name: 'database', failure: new Failure('EXEC_UNAVAILABLE'), fatal: true }, ...unavailable];
}

/** A pool that is full is at work, which only a database that answers can keep it at; asking would wait behind the others. */
async function reaches({ pool }: Engine): Promise<boolean> {
  if (pool.idleCount === 0 && pool.totalCount >= pool.options.max) return true;
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, false, { signal: patience.signal }).catch(() => false);
  const answered = pool.query('select 1').then(
    () => true,
    () => false,
  );
  const result = await Promise.race([answered, late]);
  patience.abort();
  return result;
}
