import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { inTransaction, isPassing, retried } from '../keep/transaction.ts';
import { nextRange, type Range } from './ranges.ts';
import type { RegisteredRollup } from './registry.ts';

/** Conflicts with folds that writers do themselves are rare; a range that meets one again and again is cut up. */
const ATTEMPTS = 6;

/** Counts the parents of a range from their children, in one snapshot; returns how many rows it wrote. Idempotent. */
export async function recount(client: OwnerClient, rollup: RegisteredRollup, range: Range): Promise<number> {
  try {
    return await retried(ATTEMPTS, () => inTransaction(client, () => recountOnce(client, rollup, range)));
  } catch (error) {
    if (!isPassing(error) || range.parents <= 1) throw error;
    return recountParts(client, rollup, range);
  }
}

async function recountOnce(client: OwnerClient, rollup: RegisteredRollup, { after, upto }: Range): Promise<number> {
  const { rows } = await client.query(
    `select ${objectOf(rollup, '_build')}($1::uuid, $2::uuid, $3::uuid, $4::uuid) as rows`,
    [after?.tenant ?? null, after?.parent ?? null, upto?.tenant ?? null, upto?.parent ?? null],
  );
  return Number(rows[0].rows);
}

async function recountParts(client: OwnerClient, rollup: RegisteredRollup, range: Range): Promise<number> {
  const parents = Math.ceil(range.parents / 4);
  let written = 0;
  for (let { after } = range; ; ) {
    const next = await nextRange(client, rollup, after, parents);
    const last = next.upto === null || (range.upto !== null && isAtLeast(next.upto, range.upto));
    written += await recount(client, rollup, last ? { ...next, upto: range.upto } : next);
    if (last) return written;
    after = next.upto;
  }
}

/** Lower case and of one length, so they compare as PostgreSQL compares uuids. */
function isAtLeast(one: NonNullable<Range['upto']>, other: NonNullable<Range['upto']>): boolean {
  return one.tenant === other.tenant ? one.parent >= other.parent : one.tenant > other.tenant;
}
