import { readAudited } from '../audit/registry.ts';
import { readBitmaps } from '../bitmap/registry.ts';
import type { OwnerClient } from '../execute/owner.ts';
import { readRollups } from '../rollup/registry.ts';
import { readSummaries } from '../summary/registry.ts';
import type { Catalog, Column, Index, Table } from './catalog.ts';

const COLUMNS = `
select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
  case a.attgenerated when 's' then pg_get_expr(d.adbin, d.adrelid) end as made,
  -- A table may be granted in part.
  coalesce((
    select bool_and(has_column_privilege(r.role, c.oid, a.attnum, 'select') or not has_any_column_privilege(r.role, c.oid, 'select'))
    from pg_policy p cross join lateral unnest(p.polroles) r (role) where p.polrelid = c.oid and r.role <> 0
  ), true) as readable
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v')
order by c.relname, a.attnum`;

const INDEXES = `
select t.relname as table, i.relname as name, m.amname as method, x.indisunique as unique, x.indisvalid as valid,
  pg_get_expr(x.indpred, x.indrelid) as predicate,
  array(
    -- A column by its name as it is: PostgreSQL would quote one called timestamp.
    select coalesce((select a.attname::text from pg_attribute a where a.attrelid = x.indrelid and a.attnum = x.indkey[k - 1]),
                    pg_get_indexdef(x.indexrelid, k, true))
      || coalesce((
        select ' collate ' || quote_ident(c.collname) from pg_attribute a join pg_collation c on c.oid = x.indcollation[k - 1]
        where a.attrelid = x.indrelid and a.attnum = x.indkey[k - 1] and x.indcollation[k - 1] <> 'pg_catalog.default'::regcollation
      ), '')
      || case x.indoption[k - 1]::int when 3 then ' desc' when 1 then ' desc nulls last' when 2 then ' nulls first' else '' end
    from generate_series(1, x.indnkeyatts) k order by k
  ) as keys
from pg_index x
join pg_class t on t.oid = x.indrelid
join pg_class i on i.oid = x.indexrelid
join pg_am m on m.oid = i.relam
where t.relnamespace = to_regnamespace($1)
order by t.relname, i.relname`;

const SECURITY = `
-- A view that runs as who asks shows what the policies of its tables let through; any other shows what its owner sees.
select c.relname as table, c.relrowsecurity or v.invoker as enabled, c.relforcerowsecurity or v.invoker as forced,
  array(select p.polname::text from pg_policy p where p.polrelid = c.oid union select 'altiplano_tenant' where v.invoker order by 1) as policies,
  coalesce((
    select bool_and(has_any_column_privilege(r.role, c.oid, 'select'))
    from pg_policy p cross join lateral unnest(p.polroles) r (role) where p.polrelid = c.oid and r.role <> 0
  ), true) as readable
from pg_class c
cross join lateral (
  select c.relkind = 'v' and exists (select from unnest(c.reloptions) o where o in ('security_invoker=true', 'security_invoker=on')) as invoker
) v
where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v')`;

const FUNCTIONS = 'select distinct proname::text as name from pg_proc where pronamespace = to_regnamespace($1)';

/** Reads the catalog of one schema; without tables when the schema is not there. */
export async function readCatalog(client: OwnerClient, schema: string): Promise<Catalog> {
  const namespace = [`"${schema.replaceAll('"', '""')}"`];
  const rows = async <R>(text: string) => (await client.query(text, namespace)).rows as readonly R[];
  const version = Number(
    (await client.query("select current_setting('server_version_num') as version")).rows[0].version,
  );
  const columns = await rows<Column & { table: string }>(COLUMNS);
  const indexes = await rows<Index & { table: string }>(INDEXES);
  const security = await rows<Table['rowSecurity'] & { table: string }>(SECURITY);
  const functions = await rows<{ name: string }>(FUNCTIONS);
  const tables = security.map(({ table, ...rowSecurity }): [string, Table] => [
    table,
    {
      name: table,
      columns: new Map(columns.filter((column) => column.table === table).map((column) => [column.name, column])),
      indexes: indexes.filter((index) => index.table === table),
      rowSecurity,
    },
  ]);
  const rollups = (await readRollups(client, schema)).map(({ name, ...rollup }) => [name, rollup] as const);
  const bitmaps = (await readBitmaps(client, schema)).map(({ name, ...bitmap }) => [name, bitmap] as const);
  const summaries = (await readSummaries(client, schema)).map(({ name, ...summary }) => [name, summary] as const);
  const audited = await readAudited(client, schema);
  return {
    schema,
    version,
    tables: new Map(tables),
    functions: new Set(functions.map(({ name }) => name)),
    rollups: new Map(rollups),
    bitmaps: new Map(bitmaps),
    summaries: new Map(summaries),
    audited: new Map([...audited].map(([table, { definition }]) => [table, definition])),
  };
}
