import type { OwnerClient } from '../execute/owner.ts';
import { objectOf, titleOf } from '../keep/registered.ts';
import { inTransaction, retried } from '../keep/transaction.ts';
import { name as quoted } from '../sql/text.ts';
import type { BuildOptions } from './build.ts';
import { type RegisteredBitmap, settledTables } from './registry.ts';
import { countRows } from './tenants.ts';

export interface Place {
  readonly tenant: string;
  readonly segment: string;
}

/** A fold or a merge that holds a segment is over within seconds. */
const ATTEMPTS = 20;

/** Makes every segment again while it is read; returns the rows they hold. */
export async function rebuildSegments(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  { progress = () => {} }: BuildOptions,
): Promise<number> {
  const { rows } = await client.query<Place>(
    `select s.${quoted(bitmap.definition.tenant)} as tenant, s.segment::text as segment
     from ${objectOf(bitmap, '_segment')} s order by 1, s.segment`,
  );
  for (const [done, place] of rows.entries()) {
    progress({ name: titleOf(bitmap), done, total: rows.length });
    await rebuildSegment(client, bitmap, place);
  }
  progress({ name: titleOf(bitmap), done: rows.length, total: rows.length });
  return countRows(client, bitmap);
}

/** One that a merge or a split has replaced meanwhile is gone, and its rows have been read again. */
export async function rebuildSegment(client: OwnerClient, bitmap: RegisteredBitmap, { tenant, segment }: Place) {
  const ofSegment = `s.${quoted(bitmap.definition.tenant)} = $1 and s.segment = $2::bigint`;
  await retried(ATTEMPTS, () =>
    client.query(
      `select ${objectOf(bitmap, '_rebuild')}($1, $2::bigint)
       where exists (select from ${objectOf(bitmap, '_segment')} s where ${ofSegment})`,
      [tenant, segment],
    ),
  );
}

/**
 * Makes a tenant again from nothing, in one transaction: readers see it as it was until it is as it should be. For what a
 * rebuild of single segments cannot mend: segments that are missing, overlap or begin too late.
 */
export async function rebuildTenant(client: OwnerClient, bitmap: RegisteredBitmap, tenant: string): Promise<void> {
  const work = async () => {
    // Folds and merges keep away meanwhile; writers only append, and readers only read.
    await client.query(`lock table ${objectOf(bitmap, '_segment')} in share row exclusive mode`);
    for (const table of settledTables(bitmap))
      await client.query(`delete from ${table} t where t.${quoted(bitmap.definition.tenant)} = $1`, [tenant]);
    for (let more = true; more; ) {
      const built = await client.query<{ more: boolean }>(`select ${objectOf(bitmap, '_build')}($1) as more`, [tenant]);
      more = built.rows[0]?.more ?? false;
    }
  };
  await retried(ATTEMPTS, () => inTransaction(client, work, 'begin'));
}
