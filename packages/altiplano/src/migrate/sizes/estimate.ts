import type { OwnerClient } from '../../execute/owner.ts';
import type { IndexDefinition } from '../steps/create-index.ts';
import { btreeBytes, type ColumnStatistics } from './btree.ts';
import { hashBytes } from './hash.ts';

export interface Estimate {
  /** Rows the index holds. */
  readonly entries: number;
  readonly bytes: number;
}

/** Where an estimate made before a build is kept, among the engine's settings. */
export const estimateKey = (schema: string, index: string): string => `estimate ${schema} ${index}`;

/** Measured on trigrams: 4.5 bytes for each of a row's elements. */
const GIN_ELEMENT_BYTES = 4.5;

/**
 * What an index would weigh, freshly built, by the statistics of the table; null where there are none (never analyzed, or
 * hidden by row security from whoever asks). `index` may lie on an empty copy of the table.
 */
export async function estimateIndex(client: OwnerClient, index: string, table: string): Promise<Estimate | null> {
  const [found] = (await client.query<Shape>(SHAPE, [index, table])).rows;
  if (found === undefined || found.rows < 0) return null;
  const entries = found.predicate === null ? found.rows : await matching(client, table, found.predicate);
  if (found.method === 'gin') return ginEstimate(client, table, found, entries);
  const known = found.columns.filter((column) => column !== null);
  if (known.length < found.columns.length) return null;
  // Negative is a share of the rows.
  const columns = known.map((column) => ({
    ...column,
    distinct: Math.max(1, column.distinct < 0 ? -column.distinct * found.rows : column.distinct),
  }));
  if (found.method === 'hash') return hashEstimate(columns, entries);
  return found.method === 'btree' ? { entries, bytes: btreeBytes(columns, entries, found.unique) } : null;
}

/** The same for an index that is not there: PostgreSQL reads the definition on an empty copy, which is rolled back. */
export async function estimatePlanned(client: OwnerClient, index: IndexDefinition): Promise<Estimate | null> {
  await client.query('begin');
  try {
    const there = await client.query('select to_regclass($1) is not null as there', [index.table]);
    if (!there.rows[0]?.there) return null;
    await client.query(`create temporary table altiplano_copy (like ${index.table}) on commit drop;
      create ${index.unique ? 'unique ' : ''}index altiplano_planned on altiplano_copy ${index.on}`);
    return await estimateIndex(client, 'pg_temp.altiplano_planned', index.table);
  } catch {
    return null; // a column of a later step
  } finally {
    await client.query('rollback');
  }
}

interface Shape {
  readonly method: string;
  readonly unique: boolean;
  readonly rows: number;
  readonly predicate: string | null;
  readonly expression: string;
  readonly columns: readonly (ColumnStatistics | null)[];
}

const SHAPE = `
select m.amname as method, x.indisunique or x.indnatts > x.indnkeyatts as unique, t.reltuples::float8 as rows,
  pg_get_expr(x.indpred, x.indrelid) as predicate, pg_get_indexdef(x.indexrelid, 1, true) as expression,
  array(
    select case when s.attname is not null then json_build_object(
      'width', case when a.attlen > 0 then a.attlen else s.avg_width end,
      'align', case when a.attlen < 0 then 1 else case a.attalign when 'd' then 8 when 'i' then 4 when 's' then 2 else 1 end end,
      'nulls', s.null_frac, 'distinct', s.n_distinct, 'isId', a.atttypid = 'uuid'::regtype) end
    from unnest(x.indkey::int2[]) with ordinality k (number, place)
    left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number
    left join pg_stats s on s.schemaname = n.nspname and s.tablename = t.relname and s.attname = a.attname
    order by k.place
  ) as columns
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_am m on m.oid = i.relam
cross join pg_class t
join pg_namespace n on n.oid = t.relnamespace
where x.indexrelid = to_regclass($1) and t.oid = to_regclass($2)`;

async function matching(client: OwnerClient, table: string, predicate: string): Promise<number> {
  const { rows } = await client.query(`explain (format json) select from ${table} where ${predicate}`);
  return rows[0]['QUERY PLAN'][0].Plan['Plan Rows'];
}

/** One column, of which nulls are left out. */
function hashEstimate([column]: readonly ColumnStatistics[], rows: number): Estimate | null {
  if (column === undefined) return null;
  const entries = Math.round(rows * (1 - column.nulls));
  return { entries, bytes: hashBytes(entries, column.distinct) };
}

async function ginEstimate(
  client: OwnerClient,
  table: string,
  shape: Shape,
  entries: number,
): Promise<Estimate | null> {
  const sampled = await client.query<{ elements: number | null }>(
    `select avg(cardinality(e))::float8 as elements
     from (select ${shape.expression} as e from ${table} tablesample system (least(100, 100.0 * 2000 / greatest(1, ${shape.rows}))) limit 2000) s`,
  );
  const elements = sampled.rows[0]?.elements;
  return elements == null ? null : { entries, bytes: Math.round(entries * elements * GIN_ELEMENT_BYTES) };
}
