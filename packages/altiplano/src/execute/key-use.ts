import { LRUCache } from 'lru-cache';
import { name } from '../sql/text.ts';
import type { Pool } from './pool.ts';

/** More often is not told: a read is not to become a write. */
const TOLD_MS = 60_000;
/** Notes on their way at once; one more is left for the next use. */
const MOST_UNDER_WAY = 4;

/**
 * Notes that API keys were used, beside the requests and never in their way: when connections are wanted, when the database
 * refuses, or when many are used for the first time at once, a note is left out.
 */
export function noteKeyUse(pool: Pool, schema: string): (prefix: string) => void {
  const told = new LRUCache<string, true>({ max: 10_000, ttl: TOLD_MS });
  const text = `select ${name(schema)}.key_used($1)`;
  let underWay = 0;
  return (prefix) => {
    if (told.has(prefix) || underWay >= MOST_UNDER_WAY || pool.waitingCount > 0) return;
    told.set(prefix, true);
    underWay += 1;
    pool
      .query({ name: `alt_key_used_${schema}`, text, values: [prefix] })
      .catch(() => told.delete(prefix))
      .finally(() => {
        underWay -= 1;
      });
  };
}
