import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { rowsOf } from '../keep/rows-of.ts';
import type { Rollup } from '../resource/rollup.ts';
import { name as quoted } from '../sql/text.ts';
import type { Key } from './ranges.ts';
import type { RegisteredRollup } from './registry.ts';

/** Parents compared in one snapshot. */
export const CHUNK = 2_000;

/** Parents, and base rows whose parent is gone: those should be empty. */
export async function nextKeys(client: OwnerClient, kept: RegisteredRollup, rollup: Rollup, after: Key | null) {
  const keysOf = (table: string, key: string) => {
    const columns = `${quoted(rollup.tenant)}, ${quoted(key)}`;
    const later = after === null ? '' : `where (${columns}) > ($2::uuid, $3::uuid)`;
    return `(select ${columns} from ${table} ${later} order by ${columns} limit $1)`;
  };
  const { rows } = await client.query<Key>(
    `select k.tenant, k.parent
     from (
       ${keysOf(rowsOf(rollup, quoted(rollup.parent.table), 't'), rollup.parent.key)}
       union
       ${keysOf(objectOf(kept), rollup.source.parent)}
     ) k (tenant, parent)
     order by k.tenant, k.parent limit $1`,
    [CHUNK, ...(after === null ? [] : [after.tenant, after.parent])],
  );
  return rows;
}

export async function pickKeys(client: OwnerClient, rollup: Rollup, sample: number) {
  const { rows } = await client.query<Key>(
    `select ${quoted(rollup.tenant)} as tenant, ${quoted(rollup.parent.key)} as parent
     from ${rowsOf(rollup, quoted(rollup.parent.table), 't')} order by random() limit $1`,
    [sample],
  );
  return rows;
}

export async function estimateParents(
  client: OwnerClient,
  { schema }: RegisteredRollup,
  { parent }: Rollup,
): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(
    'select greatest(reltuples, 1)::float8 as rows from pg_class where oid = $1::regclass',
    [`${quoted(schema)}.${quoted(parent.table)}`],
  );
  return rows[0]?.rows ?? 1;
}
