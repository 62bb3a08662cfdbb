import { type Database, Refusal } from 'altiplano/twin';

export interface Caller {
  readonly id: string;
  readonly tenant: string;
  readonly role: string;
}

/** Who is asking; nobody who is not active, in a tenant that is. */
export async function admit(database: Database, userId: string): Promise<Caller> {
  const person = await database.row<{ tenant: string; role: string; is_active: boolean }>(
    `SELECT tenant_id::text AS tenant, role, is_active FROM ${database.table('people')} WHERE id = $1::bigint`,
    [userId],
  );
  if (!person?.is_active) throw new Refusal(401);
  return { id: userId, tenant: person.tenant, role: person.role };
}
