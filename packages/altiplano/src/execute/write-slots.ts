import { Failure } from '../errors/failure.ts';
import type { Pool } from './pool.ts';

/** Writes that may wait for their turn in one process; beyond, waiting would outlast anybody's patience. */
export const MOST_WAITING_WRITES = 500;

/**
 * A write keeps its connection while it waits for row locks, up to LOCK_SECONDS: eight writes of one held row kept another
 * tenant's read waiting for 4.1 s behind a pool of 8. So writes hold half of the connections at most, and reads always find
 * the others.
 */
export function mostWriting(pool: Pool): number {
  return Math.max(1, Math.floor(pool.options.max / 2));
}

interface Slots {
  taken: number;
  /** First come, first served. */
  readonly waiting: Set<() => void>;
}

const slotsOf = new WeakMap<Pool, Slots>();

/**
 * Waits until the write may have a connection; the returned function lets the next one in.
 * @throws EXEC_OVERLOADED when too many wait or it took as long as a connection may, EXEC_CANCELLED
 */
export async function takeWriteSlot(pool: Pool, signal?: AbortSignal): Promise<() => void> {
  const slots = slotsOf.get(pool) ?? { taken: 0, waiting: new Set() };
  slotsOf.set(pool, slots);
  if (slots.taken < mostWriting(pool)) slots.taken += 1;
  else await turn(slots, pool.options.connectionTimeoutMillis ?? 0, signal);
  return () => {
    const [next] = slots.waiting;
    // Handed on, not given back: who comes now stands behind those who wait.
    if (next === undefined) slots.taken -= 1;
    else next();
  };
}

function turn({ waiting }: Slots, patience: number, signal?: AbortSignal): Promise<void> {
  if (waiting.size >= MOST_WAITING_WRITES) throw new Failure('EXEC_OVERLOADED');
  if (signal?.aborted) throw new Failure('EXEC_CANCELLED');
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(enter);
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    const enter = () => {
      leave();
      resolve();
    };
    const giveUp = (code: 'EXEC_OVERLOADED' | 'EXEC_CANCELLED') => {
      leave();
      reject(new Failure(code));
    };
    const cancel = () => giveUp('EXEC_CANCELLED');
    const timer = patience > 0 ? setTimeout(giveUp, patience, 'EXEC_OVERLOADED') : undefined;
    signal?.addEventListener('abort', cancel, { once: true });
    waiting.add(enter);
  });
}
