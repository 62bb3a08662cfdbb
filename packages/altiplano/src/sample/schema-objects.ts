import type { OwnerClient } from '../execute/owner.ts';

/** What a bulk load takes away from a schema and puts back, as statements. */
export interface SchemaObjects {
  /** Of the whole schema: a key of another table may need an index that goes. */
  readonly foreignKeys: readonly { readonly drop: string; readonly create: string }[];
  /** Of the tables to load, without those that a constraint needs. */
  readonly indexes: readonly { readonly table: string; readonly drop: string; readonly create: string }[];
  readonly forcedSecurity: readonly { readonly lift: string; readonly restore: string }[];
  /** Tables that are neither partitioned nor partitions: only those are bulk loaded, the others keep all they have. */
  readonly ordinary: ReadonlySet<string>;
}

const FOREIGN_KEYS = `
  select format('alter table %I.%I drop constraint %I', n.nspname, c.relname, k.conname) as drop,
         format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) as create
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where k.contype = 'f' and n.nspname = $1 and k.conparentid = 0
  order by k.oid`;

const INDEXES = `
  select c.relname as table, format('drop index %I.%I', n.nspname, i.relname) as drop, pg_get_indexdef(x.indexrelid) as create
  from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = any ($2) and c.relkind = 'r' and not c.relispartition and x.indisvalid
    and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype <> 'f')
  order by x.indexrelid`;

const FORCED_SECURITY = `
  select format('alter table %I.%I no force row level security', n.nspname, c.relname) as lift,
         format('alter table %I.%I force row level security', n.nspname, c.relname) as restore
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = any ($2) and c.relforcerowsecurity
  order by c.oid`;

const ORDINARY = `
  select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind = 'r' and not c.relispartition`;

export async function readSchemaObjects(
  client: OwnerClient,
  schema: string,
  tables: readonly string[],
): Promise<SchemaObjects> {
  const foreignKeys = await client.query<{ drop: string; create: string }>(FOREIGN_KEYS, [schema]);
  const indexes = await client.query<{ table: string; drop: string; create: string }>(INDEXES, [schema, tables]);
  const forcedSecurity = await readForcedSecurity(client, schema, tables);
  const ordinary = await client.query<{ relname: string }>(ORDINARY, [schema]);
  return {
    foreignKeys: foreignKeys.rows,
    indexes: indexes.rows,
    forcedSecurity,
    ordinary: new Set(ordinary.rows.map(({ relname }) => relname)),
  };
}

export async function readForcedSecurity(client: OwnerClient, schema: string, tables: readonly string[]) {
  return (await client.query<{ lift: string; restore: string }>(FORCED_SECURITY, [schema, tables])).rows;
}

/** Statistics, and the visibility map without which no scan is index-only; of every table, the derived ones too. */
export async function vacuumSchema(client: OwnerClient, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition
     order by c.oid`,
    [schema],
  );
  await client.query(`vacuum (analyze) ${rows.map(({ name }) => name).join(', ')}`);
}
