import type { OwnerClient } from 'altiplano';

/** The postings that a recount would not give, or would give beside them. */
export async function wrongPostings(client: OwnerClient, schema: string): Promise<readonly unknown[]> {
  const { rows } = await client.query(
    `with expected as (
       select c.workspace_id, term, c.created_at, c.id
       from ${schema}.customer c, ${schema}.customer_terms(c.workspace_id, c.id, c.other_attributes) term
       where not c.is_deleted
     )
     select 'missing' as posting, m.* from (table expected except table ${schema}.customer_posting) m
     union all
     select 'surplus', s.* from (table ${schema}.customer_posting except table expected) s`,
  );
  return rows;
}
