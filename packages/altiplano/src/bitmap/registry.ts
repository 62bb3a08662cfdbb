import type { OwnerClient } from '../execute/owner.ts';
import { type Appended, objectOf, type Registered } from '../keep/registered.ts';
import { rowsOf } from '../keep/rows-of.ts';
import type { Bitmap } from '../resource/bitmap.ts';
import { name as quoted } from '../sql/text.ts';
import { rangeSuffixes } from './ddl/bins.ts';

/** A bitmap as the database has it, with what it was made from: it is looked after without the app that declares it. */
export interface RegisteredBitmap extends Registered {
  readonly definition: Omit<Bitmap, 'name'>;
}

/**
 * A table that was dropped with its schema leaves its registration behind: no table, no bitmap. Rows that came here with a
 * dump carry transaction numbers that mean nothing in this cluster, so they count as not built.
 */
const BITMAPS = `
select r.schema_name as schema, r.name, r.definition, r.generation,
  case when r.system_identifier is distinct from s.system_identifier then 'unbuilt' else r.state end as state
from altiplano.bitmap r
cross join pg_control_system() s
where ($1::name is null or r.schema_name = $1)
  and to_regclass(format('%I.%I', r.schema_name, r.name || '_segment')) is not null
order by r.schema_name, r.name`;

/** The bitmaps of one schema, or of all; none where the engine's migrations have not run yet. */
export async function readBitmaps(client: OwnerClient, schema: string | null): Promise<readonly RegisteredBitmap[]> {
  const there = await client.query("select to_regclass('altiplano.bitmap') is not null as there");
  if (there.rows[0].there !== true) return [];
  return (await client.query<RegisteredBitmap>(BITMAPS, [schema])).rows;
}

/** Every table it is kept in, apart from the two of its tail. */
export function settledTables(bitmap: RegisteredBitmap): readonly string[] {
  const ranges = rangeSuffixes(bitmap.definition.ranges).map((suffix) => `_${suffix}`);
  return ['_segment', '_block', '', ...ranges].map((suffix) => objectOf(bitmap, suffix));
}

export function tailsOf(bitmap: Pick<RegisteredBitmap, 'schema' | 'name'>): readonly [string, string] {
  return [objectOf(bitmap, '_tail_0'), objectOf(bitmap, '_tail_1')];
}

/** The table it is about. */
export function sourceTable({ schema, definition }: RegisteredBitmap): string {
  return `${quoted(schema)}.${quoted(definition.table)}`;
}

/** Its rows under an alias, each with its tenant. */
export function sourceOf(bitmap: RegisteredBitmap, alias: string): string {
  return rowsOf(bitmap.definition, sourceTable(bitmap), alias);
}

/** Of the segment that entry `d` lies in: the last one that begins at or before its key, as numbers ascend with keys. */
export function segmentOfEntry(bitmap: RegisteredBitmap, expression: string): string {
  const { order, key } = bitmap.definition;
  const low = `(s.${quoted(`low_${order}`)}, s.${quoted(`low_${key}`)})`;
  return `(
    select ${expression} from ${segmentsOf(bitmap)} and ${low} <= (d.${quoted(order)}, d.${quoted(key)})
    order by s.segment desc limit 1)`;
}

function segmentsOf(bitmap: RegisteredBitmap): string {
  const tenant = quoted(bitmap.definition.tenant);
  return `${objectOf(bitmap, '_segment')} s where s.${tenant} = d.${tenant}`;
}

/** An entry is folded when its segment has seen its writer. A tenant without segments has folded nothing. */
function isFolded(bitmap: RegisteredBitmap): string {
  return `pg_visible_in_snapshot(d.writer, ${segmentOfEntry(bitmap, 's.folded')})`;
}

export function appendedOf(bitmap: RegisteredBitmap): Appended {
  const { schema, name, generation } = bitmap;
  return {
    kind: 'bitmap',
    schema,
    name,
    generation,
    tables: tailsOf(bitmap),
    notedAt: 'noted_at',
    unfolded: (tail) => `from altiplano.bitmap r
cross join ${tail} d
where r.schema_name = $1 and r.name = $2
  -- What a snapshot did not see began after it, or was running in it.
  and (d.writer >= coalesce(pg_snapshot_xmax(r.folded), '0') or d.writer = any (array(select pg_snapshot_xip(r.folded))))
  and ${isFolded(bitmap)} is not true`,
  };
}
