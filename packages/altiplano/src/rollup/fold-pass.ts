import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { codeOf, isPassing } from '../keep/transaction.ts';
import type { FoldPass } from '../keep/turn.ts';
import type { RegisteredRollup } from './registry.ts';

interface Pending {
  readonly tenants: readonly string[];
  readonly parents: readonly string[];
  readonly lag: number | null;
  readonly now: string;
}

/** Parents folded in one statement: long enough to pay, short enough to stop soon. */
const BATCH = 1_000;
/** Parents looked up at once: whoever is behind by 10,000 parents needs 0.3 s to find out which come first. */
const LOOK_AHEAD = 20_000;

/** Folds what is pending, batch by batch in key order, once through all parents or until `stopped` says so. */
export async function foldPass(
  client: OwnerClient,
  rollup: RegisteredRollup,
  stopped: () => boolean,
): Promise<FoldPass> {
  let pending = await readPending(client, rollup, null, null);
  const { now: before, lag } = pending;
  let rows = 0;
  let parents = 0;
  for (;;) {
    const { length } = pending.parents;
    for (let start = 0; start < length && !stopped(); start += BATCH) {
      const [tenants, keys] = [pending.tenants, pending.parents].map((part) => part.slice(start, start + BATCH));
      rows += await foldBatch(client, rollup, tenants ?? [], keys ?? []);
    }
    parents += length;
    if (length < LOOK_AHEAD || stopped()) return { lag: Math.max(0, lag ?? 0), rows, places: parents, before };
    pending = await readPending(client, rollup, pending.tenants.at(-1) ?? null, pending.parents.at(-1) ?? null);
  }
}

async function readPending(
  client: OwnerClient,
  rollup: RegisteredRollup,
  tenant: string | null,
  parent: string | null,
): Promise<Pending> {
  const { rows } = await client.query<Pending>(
    `select coalesce(array_agg(p.tenant order by p.tenant, p.parent)::text[], '{}') as tenants,
       coalesce(array_agg(p.parent order by p.tenant, p.parent)::text[], '{}') as parents,
       extract(epoch from clock_timestamp() - min(p.oldest))::float8 as lag, pg_current_snapshot()::text as now
     from ${objectOf(rollup, '_pending')}($1, $2::uuid, $3::uuid) p`,
    [LOOK_AHEAD, tenant, parent],
  );
  const [pending] = rows;
  if (pending === undefined) throw new Error('an aggregate returned no row');
  return pending;
}

/**
 * Rows folded. A batch that runs into its time limit or a writer's lock is halved: one parent must not keep the others
 * from being folded. Such a parent is left for the next pass.
 */
async function foldBatch(
  client: OwnerClient,
  rollup: RegisteredRollup,
  tenants: readonly string[],
  parents: readonly string[],
): Promise<number> {
  if (parents.length === 0) return 0;
  try {
    const fold = `select ${objectOf(rollup, '_fold')}($1::uuid[], $2::uuid[]) as rows`;
    return Number((await client.query(fold, [tenants, parents])).rows[0].rows);
  } catch (error) {
    if (!isPassing(error) && codeOf(error) !== '57014') throw error;
    if (parents.length === 1 && isPassing(error)) return 0;
    if (parents.length === 1) throw error;
    const half = Math.ceil(parents.length / 2);
    const first = await foldBatch(client, rollup, tenants.slice(0, half), parents.slice(0, half));
    return first + (await foldBatch(client, rollup, tenants.slice(half), parents.slice(half)));
  }
}
