import type { OwnerClient } from 'altiplano';

/** What each relation takes at this stage, for the report. */
export async function rememberSizes(client: OwnerClient, stage: string): Promise<void> {
  await client.query(`create table if not exists bench.relation_size
    (stage text, relation text, kind text, parent text, bytes bigint, rows float8, primary key (stage, relation))`);
  // Their row counts, for bytes a row.
  await client.query(
    'analyze callbot.customer, callbot.call, callbot.call_campaign_customer, callbot.customer_campaign_labels',
  );
  await client.query('delete from bench.relation_size where stage = $1', [stage]);
  await client.query(
    `insert into bench.relation_size
     select $1, c.relname, case c.relkind when 'i' then 'index' else 'table' end, coalesce(t.relname, c.relname),
       case c.relkind when 'i' then pg_relation_size(c.oid) else pg_table_size(c.oid) end, coalesce(t.reltuples, c.reltuples)
     from pg_class c left join pg_index x on x.indexrelid = c.oid left join pg_class t on t.oid = x.indrelid
     where c.relnamespace = 'callbot'::regnamespace and c.relkind in ('r', 'i')`,
    [stage],
  );
}
