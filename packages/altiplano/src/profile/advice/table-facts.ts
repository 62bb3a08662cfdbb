import type { Explains } from './explain-query.ts';

/** What the database knows of a table that a plan reads. */
export interface TableFacts {
  readonly schema: string;
  readonly table: string;
  /** As last counted; 0 where nobody ever did. */
  readonly rows: number;
  /** Rows written since then. */
  readonly changed: number;
  /** Bytes of a table that was never counted; null of one that was. */
  readonly uncounted: number | null;
  readonly columns: readonly ColumnFacts[];
  /** Columns of each valid index, in order; expressions are null. */
  readonly indexes: readonly IndexFacts[];
  readonly policies: readonly { readonly name: string; readonly using: string | null }[];
}

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  /** Mean bytes of a value; 0 where nothing was analyzed. */
  readonly width: number;
}

export interface IndexFacts {
  readonly name: string;
  readonly columns: readonly (string | null)[];
  readonly partial: string | null;
}

/** $1 and $2 are lists: the schemas and the tables, pair by pair; an empty schema is whatever the search path finds. */
const FACTS = `select n.nspname as schema, c.relname as table, greatest(c.reltuples, 0)::float8 as rows,
  pg_stat_get_mod_since_analyze(c.oid)::float8 as changed,
  case when c.reltuples < 0 then pg_relation_size(c.oid)::float8 end as uncounted,
  (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
      'width', coalesce(s.avg_width, 0)) order by a.attnum), '[]')
    from pg_attribute a
    left join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
      and not s.inherited
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select coalesce(json_agg(json_build_object('name', i.indexrelid::regclass::text,
      'columns', (select json_agg(a.attname order by k.place)
        from unnest(i.indkey::int2[]) with ordinality k (number, place)
        left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number and k.number > 0
        where k.place <= i.indnkeyatts),
      'partial', pg_get_expr(i.indpred, c.oid))), '[]')
    from pg_index i where i.indrelid = c.oid and i.indisvalid) as indexes,
  (select coalesce(json_agg(json_build_object('name', p.polname, 'using', pg_get_expr(p.polqual, c.oid))
      order by p.polname), '[]')
    from pg_policy p where p.polrelid = c.oid) as policies
from unnest($1::text[], $2::text[]) asked (schema, name)
join pg_class c on c.oid = to_regclass(concat_ws('.', quote_ident(nullif(asked.schema, '')), quote_ident(asked.name)))
join pg_namespace n on n.oid = c.relnamespace`;

/** Bytes that one sort has before it goes to disk. */
export async function readWorkMemory(client: Explains): Promise<number> {
  const { rows } = await client.query({ text: "select pg_size_bytes(current_setting('work_mem'))::float8 as bytes" });
  return Number(rows[0]?.bytes ?? 0);
}

export async function readTableFacts(
  client: Explains,
  tables: readonly { readonly schema: string; readonly table: string }[],
): Promise<readonly TableFacts[]> {
  const { rows } = await client.query({
    text: FACTS,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  });
  return rows as unknown as readonly TableFacts[];
}
