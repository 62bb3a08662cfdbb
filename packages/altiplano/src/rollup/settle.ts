import type { OwnerClient } from '../execute/owner.ts';
import { deltasOf, type RegisteredRollup } from './registry.ts';
import { unfoldedDeltas } from './unfolded.ts';

/**
 * Notes that everything visible in `before` is folded, for every parent; unless a delta is left that a pass skipped
 * because a writer held its parent. Both are judged in one snapshot, so a fold of a writer's own cannot come in between.
 * Later passes and rotations need not look at what is settled.
 */
export async function settle(client: OwnerClient, rollup: RegisteredRollup, before: string): Promise<boolean> {
  const left = deltasOf(rollup).map(
    (delta) => `not exists (select ${unfoldedDeltas(rollup, delta)} and pg_visible_in_snapshot(d.writer, $3))`,
  );
  const { rowCount } = await client.query(
    `update altiplano.rollup
     set folded = $3, folded_at = clock_timestamp(),
       last_fold_xid = pg_snapshot_xmax(pg_current_snapshot())
     where schema_name = $1 and name = $2 and ${left.join('\n and ')}`,
    [rollup.schema, rollup.name, before],
  );
  return rowCount === 1;
}
