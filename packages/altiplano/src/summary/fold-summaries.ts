import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { codeOf, isPassing } from '../keep/transaction.ts';
import type { FoldedKind, FoldPass } from '../keep/turn.ts';
import { measureWaiting } from '../keep/waiting.ts';
import { appendedOf, isRanked, type RegisteredSummary, readSummaries } from './registry.ts';

/** Groups folded in one statement. */
const BATCH = 1_000;
const NEVER_MS = 2 ** 31;
/** Between two looks whether it is another day. */
const ROLL_MS = 10_000;

/** Summaries, for the folder. */
export const SUMMARIES: FoldedKind<RegisteredSummary> = {
  kind: 'summary',
  read: (client) => readSummaries(client, null),
  appended: appendedOf,
  fold: ({ client, stopped }, summary) => foldPass(client, summary, stopped),
  countUnfolded: async ({ client }, summary) => (await measureWaiting(client, appendedOf(summary))).unfolded,
  // Windows move at midnight; of what is not ranked nothing grows old.
  tend: async ({ client }, summary) => {
    if (!isRanked(summary)) return NEVER_MS;
    await client.query(`select ${objectOf(summary, '_roll')}()`);
    return ROLL_MS;
  },
  tendsAfter: () => 0,
};

interface Pending {
  readonly places: string | null;
  readonly count: number;
  readonly lag: number | null;
  readonly now: string;
}

async function foldPass(client: OwnerClient, summary: RegisteredSummary, stopped: () => boolean): Promise<FoldPass> {
  let pending = await readPending(client, summary);
  const { now: before, lag } = pending;
  let [rows, places] = [0, 0];
  while (pending.places !== null && !stopped()) {
    const folded = await foldBatch(client, summary, pending.places);
    rows += folded;
    places += pending.count;
    // What is left is locked, or there is nothing more.
    if (folded === 0 || pending.count < BATCH) break;
    pending = await readPending(client, summary);
  }
  return { lag: Math.max(0, lag ?? 0), rows, places, before };
}

async function readPending(client: OwnerClient, summary: RegisteredSummary): Promise<Pending> {
  const { rows } = await client.query<Pending>(
    `select array_agg(p.place)::text as places, count(*)::float8 as count,
       extract(epoch from clock_timestamp() - min(p.oldest))::float8 as lag, pg_current_snapshot()::text as now
     from ${objectOf(summary, '_pending')}($1) p`,
    [BATCH],
  );
  const [pending] = rows;
  if (pending === undefined) throw new Error('an aggregate returned no row');
  return pending;
}

/** A batch that runs into a writer's lock is left for the next pass. */
async function foldBatch(client: OwnerClient, summary: RegisteredSummary, places: string): Promise<number> {
  try {
    const fold = `select ${objectOf(summary, '_fold')}($1::${objectOf(summary, '_key')}[]) as rows`;
    return Number((await client.query(fold, [places])).rows[0].rows);
  } catch (error) {
    if (!isPassing(error) && codeOf(error) !== '57014') throw error;
    return 0;
  }
}
