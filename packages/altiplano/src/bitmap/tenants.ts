import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { name as quoted } from '../sql/text.ts';
import { type RegisteredBitmap, sourceOf, sourceTable } from './registry.ts';

/** Tenants that have rows, after one of them: a look into the index for each. */
export async function readSourceTenants(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  after: string | null,
): Promise<readonly string[]> {
  return readDistinct(client, sourceOf(bitmap, 't'), quoted(bitmap.definition.tenant), after);
}

/** Tenants that have segments. */
export async function readKeptTenants(client: OwnerClient, bitmap: RegisteredBitmap): Promise<readonly string[]> {
  return readDistinct(client, `${objectOf(bitmap, '_segment')} t`, quoted(bitmap.definition.tenant), null);
}

export async function readUnbuiltTenants(client: OwnerClient, bitmap: RegisteredBitmap): Promise<readonly string[]> {
  const kept = new Set(await readKeptTenants(client, bitmap));
  return (await readSourceTenants(client, bitmap, null)).filter((tenant) => !kept.has(tenant));
}

async function readDistinct(
  client: OwnerClient,
  source: string,
  tenant: string,
  after: string | null,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ tenant: string }>(
    `with recursive found (tenant) as (
       (select t.${tenant} from ${source} ${after === null ? '' : `where t.${tenant} > $1`} order by 1 limit 1)
       union all
       select (select t.${tenant} from ${source} where t.${tenant} > f.tenant order by 1 limit 1)
       from found f where f.tenant is not null
     )
     select f.tenant from found f where f.tenant is not null`,
    after === null ? [] : [after],
  );
  return rows.map((row) => row.tenant);
}

/** The planner's estimate: progress and time left need no more. */
export async function estimateRows(client: OwnerClient, bitmap: RegisteredBitmap): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(
    'select greatest(reltuples, 1)::float8 as rows from pg_class where oid = $1::regclass',
    [sourceTable(bitmap)],
  );
  return rows[0]?.rows ?? 1;
}

/** Places given to rows; those of deleted rows too, until their segment is built again. */
export async function countRows(client: OwnerClient, bitmap: RegisteredBitmap): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(
    `select coalesce(sum(cardinality(b.ids)), 0)::float8 as rows from ${objectOf(bitmap, '_block')} b`,
  );
  return rows[0]?.rows ?? 0;
}
