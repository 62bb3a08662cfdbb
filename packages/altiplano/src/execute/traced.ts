import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { quietly } from '../profile/scope.ts';
import { currentTrace, type Trace, type TracedQuery } from '../profile/trace.ts';
import type { Pool } from './pool.ts';

export interface Tracing {
  /** What is sent on one connection; called when it is sent. Nothing of it is awaited here. */
  sent(
    query: Pick<pg.QueryConfig, 'name' | 'text' | 'values'>,
    kind: TracedQuery['kind'],
    reply: Promise<pg.QueryResult>,
  ): void;
}

/** Whether whoever asks now gets a connection that has to be opened first: that is the database's time, and nobody else's connection is waited for. */
export const opens = ({ idleCount, totalCount, options }: Pool): boolean => idleCount === 0 && totalCount < options.max;

/**
 * Tells the profile of a request of statements on a connection that was asked for at `asked` and is there now. The first waited for it, unless it
 * was opened for it; the others travel with it, so each is at work from when the one before it was answered.
 */
export function tracing(trace: Trace, asked: number, opened: boolean, layer: string | null = 'queryset'): Tracing {
  let free = opened ? asked : performance.now();
  let isFirst = true;
  return {
    sent({ name, text: printed, values = [] }, kind, reply) {
      const text = sameText(name, printed);
      const sentAt = performance.now();
      const label = kind === 'transaction' ? null : trace.nextLabel();
      const waited = isFirst;
      isFirst = false;
      trace.recorder.waits();
      const note = (rows: number | null, error: string | null) => {
        const answered = performance.now();
        const acquired = waited ? free : Math.max(sentAt, free);
        trace.recorder.goesOn();
        trace.note({
          ...{ text, kind, rows, error, label, layer, values, acquired, answered },
          asked: waited ? asked : acquired,
        });
        free = answered;
      };
      reply.then(
        ({ rowCount }) => note(rowCount, null),
        (error: unknown) => note(null, sqlstateOf(error)),
      );
    },
  };
}

/**
 * A statement is printed anew for each request, and whoever looks at its text has it hashed, read and compared: 20 kB of it take 4 µs each time.
 * One string for all requests is hashed once. What is prepared by a name is always the same text.
 */
const texts = new LRUCache<string, string>({ max: 1_000 });

export function sameText(name: string | undefined, printed: string): string {
  if (name === undefined) return printed;
  const known = texts.get(name);
  if (known !== undefined) return known;
  texts.set(name, printed);
  return printed;
}

/** What the engine tells of its statements nobody else has to: a driver that is patched would count them twice. */
export const untold = <T>(trace: Trace | null, work: () => T): T => (trace === null ? work() : quietly(work));

function sqlstateOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'CONNECTION';
}

/** One statement on any connection of the pool, which looks something up for a request. */
export async function lookUp<R extends pg.QueryResultRow>(
  pool: Pool,
  query: pg.QueryConfig,
  label: string,
): Promise<pg.QueryResult<R>> {
  const trace = currentTrace();
  if (trace === null) return pool.query<R>(query);
  const asked = performance.now();
  const opened = opens(pool);
  const client = await quietly(() => pool.connect());
  const told = tracing(trace, asked, opened, 'middleware');
  trace.expects([label]);
  const reply = quietly(() => client.query<R>(query));
  told.sent(query, 'read', reply);
  let isSound = false;
  try {
    const result = await reply;
    isSound = true;
    return result;
  } finally {
    client.release(!isSound);
  }
}
