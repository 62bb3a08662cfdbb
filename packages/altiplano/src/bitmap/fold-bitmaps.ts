import { objectOf, titleOf } from '../keep/registered.ts';
import { codeOf, isPassing } from '../keep/transaction.ts';
import type { FoldedKind, FoldPass, Turn } from '../keep/turn.ts';
import { measureWaiting } from '../keep/waiting.ts';
import { mergeBeside } from './merge.ts';
import { appendedOf, type RegisteredBitmap, readBitmaps } from './registry.ts';
import { readCrowded, readWaiting, relieve } from './relieve.ts';

/** Tenants looked at in one pass; those that wait longest come first. */
const TENANTS = 1_000;

interface Pending {
  readonly tenants: readonly { readonly tenant: string; readonly entries: number; readonly age: number }[];
  readonly now: string;
}

/**
 * Bitmaps, for one folder. While one is being built nothing is folded: what a build has not come to yet is not there.
 */
export function foldedBitmaps(): FoldedKind<RegisteredBitmap> {
  /** Bitmaps and tenants that the second connection is at. */
  const relieved = new Set<string>();
  return {
    kind: 'bitmap',
    read: async (client) => (await readBitmaps(client, null)).filter(({ state }) => state === 'ready'),
    appended: appendedOf,
    fold: (turn, bitmap) => foldPass(turn, bitmap, relieved),
    countUnfolded: async ({ client }, bitmap) => (await measureWaiting(client, appendedOf(bitmap))).unfolded,
    tend: mergeBeside,
    tendsAfter: ({ merge }) => merge,
  };
}

/** Folds the tenants whose tail is long or old: a fold writes each bitmap it touches, however few entries touch it. */
async function foldPass(turn: Turn, bitmap: RegisteredBitmap, relieved: Set<string>): Promise<FoldPass> {
  const { pace, stopped } = turn;
  const { tenants, now } = await readPending(turn, bitmap);
  const due = tenants.filter(({ entries, age }) => entries >= pace.entries || age * 1000 >= pace.age);
  let [rows, places] = [0, 0];
  for (const { tenant, entries } of due) {
    const key = `${titleOf(bitmap)} ${tenant}`;
    if (stopped()) break;
    if (relieved.has(key)) continue;
    const crowded = await readCrowded(turn, bitmap, tenant, entries);
    const folded = crowded.length > 1 ? crowded : await fold(turn, bitmap, tenant);
    if (typeof folded === 'number') [rows, places] = [rows + folded, places + 1];
    else if (relieve(turn, bitmap, tenant, folded, () => relieved.delete(key))) relieved.add(key);
  }
  return { lag: Math.max(0, ...tenants.map(({ age }) => age)), rows, places, before: now };
}

/** Entries folded; or, where it took too long, the segments that have any. */
async function fold(turn: Turn, bitmap: RegisteredBitmap, tenant: string): Promise<number | readonly string[]> {
  try {
    const { rows } = await turn.client.query(`select ${objectOf(bitmap, '_fold')}($1) as rows`, [tenant]);
    return Number(rows[0].rows);
  } catch (error) {
    // A writer that folds for itself, a rebuild: the next pass comes soon.
    if (isPassing(error)) return 0;
    if (codeOf(error) !== '57014') throw error;
    return readWaiting(turn.client, bitmap, tenant, 0);
  }
}

async function readPending({ client }: Turn, bitmap: RegisteredBitmap): Promise<Pending> {
  const { rows } = await client.query<Pending>(
    `select pg_current_snapshot()::text as now,
       coalesce((
         select json_agg(json_build_object('tenant', p.tenant, 'entries', p.entries,
           'age', extract(epoch from clock_timestamp() - p.oldest)) order by p.oldest)
         from ${objectOf(bitmap, '_pending')}($1) p
       ), '[]') as tenants`,
    [TENANTS],
  );
  const [pending] = rows;
  if (pending === undefined) throw new Error('a select without from returned no row');
  return pending;
}
