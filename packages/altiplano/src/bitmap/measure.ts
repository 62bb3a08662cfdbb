import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { name as quoted } from '../sql/text.ts';
import { type RegisteredBitmap, settledTables, tailsOf } from './registry.ts';

export interface Sizes {
  /** Live rows that bitmaps hold, and segments they are in. */
  readonly rows: number;
  readonly segments: number;
  /** A term's bits in one segment are one bitmap; as the planner estimates them. */
  readonly bitmaps: number;
  /** Bytes of each table with its indexes, and of all. */
  readonly tables: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly tails: readonly [number, number];
}

export interface TenantSize {
  readonly tenant: string;
  readonly rows: number;
  readonly segments: number;
  /** Different terms, and bytes of their bits as stored. */
  readonly terms: number;
  readonly bytes: number;
}

const LARGEST = 5;

export async function measureSizes(client: OwnerClient, bitmap: RegisteredBitmap): Promise<Sizes> {
  const { rows } = await client.query<{ table: string; bytes: number }>(
    `select c.relname::text as table, pg_total_relation_size(c.oid)::float8 as bytes
     from unnest($1::text[]) with ordinality t (t, place) join pg_class c on c.oid = t::regclass order by place`,
    [[...settledTables(bitmap), ...tailsOf(bitmap)]],
  );
  const counted = await client.query<{ rows: number; segments: number; bitmaps: number }>(
    `select
       (select coalesce(sum(bit_count(b.bits)), 0)::float8 from ${objectOf(bitmap)} b where b.term = 'live') as rows,
       (select count(*)::float8 from ${objectOf(bitmap, '_segment')}) as segments,
       (select greatest(reltuples, 0)::float8 from pg_class where oid = $1::regclass) as bitmaps`,
    [objectOf(bitmap)],
  );
  const bytes = rows.map((row) => row.bytes);
  return {
    ...(counted.rows[0] ?? { rows: 0, segments: 0, bitmaps: 0 }),
    tables: Object.fromEntries(rows.map((row) => [row.table, row.bytes])),
    bytes: bytes.reduce((sum, one) => sum + one, 0),
    tails: [bytes.at(-2) ?? 0, bytes.at(-1) ?? 0],
  };
}

export async function measureTenants(client: OwnerClient, bitmap: RegisteredBitmap): Promise<readonly TenantSize[]> {
  const tenant = quoted(bitmap.definition.tenant);
  const { rows } = await client.query<TenantSize>(
    `select l.tenant, l.segments::float8 as segments, b.*
     from (
       select s.${tenant} as tenant, count(*) as segments, sum(s.blocks) as blocks
       from ${objectOf(bitmap, '_segment')} s group by 1 order by 3 desc, 1 limit ${LARGEST}
     ) l
     cross join lateral (
       select coalesce(sum(bit_count(b.bits)) filter (where b.term = 'live'), 0)::float8 as rows,
         count(distinct b.term)::float8 as terms, coalesce(sum(pg_column_size(b.bits)), 0)::float8 as bytes
       from ${objectOf(bitmap)} b where b.${tenant} = l.tenant
     ) b
     order by b.rows desc, l.tenant`,
  );
  return rows;
}
