import type { OwnerClient } from '../execute/owner.ts';
import { titleOf } from '../keep/registered.ts';
import type { Turn } from '../keep/turn.ts';
import { name as quoted } from '../sql/text.ts';
import { rebuildSegment } from './rebuild.ts';
import { appendedOf, type RegisteredBitmap, segmentOfEntry } from './registry.ts';

/** Segments that a fold would make again from their rows, as so many entries wait in each. */
export async function readCrowded(
  { client, pace }: Turn,
  bitmap: RegisteredBitmap,
  tenant: string,
  entries: number,
): Promise<readonly string[]> {
  return entries > pace.crowded ? readWaiting(client, bitmap, tenant, pace.crowded) : [];
}

/** Segments that more than so many entries wait for, the most first. */
export async function readWaiting(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  tenant: string,
  entries: number,
): Promise<readonly string[]> {
  const { schema, name, tables, unfolded } = appendedOf(bitmap);
  const both = tables.map(
    (table) => `select ${segmentOfEntry(bitmap, 's.segment')} as segment ${unfolded(table)}
  and d.${quoted(bitmap.definition.tenant)} = $3`,
  );
  const { rows } = await client.query<{ segment: string }>(
    `select w.segment::text as segment
     from (\n${both.join('\nunion all\n')}\n) w
     where w.segment is not null group by w.segment having count(*) > $4 order by count(*) desc`,
    [schema, name, tenant, entries],
  );
  return rows.map(({ segment }) => segment);
}

/**
 * Makes these segments again from their rows, one by one on the second connection: 9 s a full one, and a change of every row
 * is a change of every segment, so that one fold of all would run into its time limit. False while that connection is busy.
 */
export function relieve(
  { beside, stopped }: Turn,
  bitmap: RegisteredBitmap,
  tenant: string,
  segments: readonly string[],
  over: () => void,
): boolean {
  const work = beside(titleOf(bitmap), async (client) => {
    for (const segment of segments) if (!stopped()) await rebuildSegment(client, bitmap, { tenant, segment });
  });
  void work?.then(over);
  return work !== null;
}
