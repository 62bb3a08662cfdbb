import type { OwnerClient } from '../execute/owner.ts';
import { type Appended, registryOf } from './registered.ts';

/**
 * Notes that everything visible in `before` is folded, whatever it belongs to; unless an entry is left that a pass
 * skipped because somebody held its place. Both are judged in one snapshot, so a fold of a writer's own cannot come in between.
 * Later passes and rotations need not look at what is settled.
 */
export async function settle(client: OwnerClient, appended: Appended, before: string): Promise<boolean> {
  const left = appended.tables.map(
    (table) => `not exists (select ${appended.unfolded(table)} and pg_visible_in_snapshot(d.writer, $3))`,
  );
  const { rowCount } = await client.query(
    `update ${registryOf(appended.kind)}
     set folded = $3, folded_at = clock_timestamp(),
       last_fold_xid = pg_snapshot_xmax(pg_current_snapshot())
     where schema_name = $1 and name = $2 and ${left.join('\n and ')}`,
    [appended.schema, appended.name, before],
  );
  return rowCount === 1;
}
