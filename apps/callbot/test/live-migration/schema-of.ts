import type { OwnerClient } from 'altiplano';

/** Everything a migration may change in a schema, one line each, in order: for comparing before and after. */
export async function schemaOf(client: OwnerClient, schema: string): Promise<readonly string[]> {
  // Printed names then carry their schema, whoever asks.
  await client.query('begin; set local search_path to pg_catalog');
  const { rows } = await client.query<{ line: string }>(LINES, [schema]);
  await client.query('rollback');
  return rows.map(({ line }) => line);
}

const LINES = `
with relation as (
  select c.* from pg_class c
  where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and c.relname <> 'altiplano_migration'
)
select format('column %s.%s %s%s default %s', r.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' end, pg_get_expr(d.adbin, d.adrelid)) as line
from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
union all
select format('constraint %s %s %s', r.relname, k.conname, pg_get_constraintdef(k.oid))
from relation r join pg_constraint k on k.conrelid = r.oid where k.contype <> 'n'
union all
select format('index %s%s', pg_get_indexdef(x.indexrelid), case when not x.indisvalid then ' INVALID' end)
from relation r join pg_index x on x.indrelid = r.oid
union all
select format('trigger %s', pg_get_triggerdef(t.oid))
from relation r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal
union all
select format('security %s %s %s', relname, relrowsecurity, relforcerowsecurity) from relation
union all
select format('policy %s %s %s %s', r.relname, p.polname, pg_get_expr(p.polqual, p.polrelid), p.polroles::regrole[]::text)
from relation r join pg_policy p on p.polrelid = r.oid
union all
select format('grant %s %s %s', r.relname, g.grantee::regrole, g.privilege_type)
from relation r cross join aclexplode(r.relacl) g where g.grantee <> r.relowner
union all
select format('function %s', p.oid::regprocedure) from pg_proc p where p.pronamespace = to_regnamespace($1)
union all
select format('setting %s', name) from altiplano.setting where name like '% ' || $1 || ' %' and name not like 'estimate %'
union all
select format('estimate without index %s', name) from altiplano.setting
where name like 'estimate ' || $1 || ' %' and to_regclass(replace(substr(name, 10), ' ', '.')) is null
order by 1`;
