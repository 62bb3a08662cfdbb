import { type Database, Refusal } from 'altiplano/twin';

export interface Caller {
  readonly id: string;
  readonly role: string;
}

/** Who is asking; some answers are for everybody. */
export async function admit(database: Database, user: string | null): Promise<Caller | null> {
  if (user === null) return null;
  const shopper = await database.row<{ role: string }>(
    `SELECT role FROM ${database.table('shopper')} WHERE id = $1::uuid`,
    [user],
  );
  if (!shopper) throw new Refusal(401);
  return { id: user, role: shopper.role };
}

export function signedIn(caller: Caller | null): Caller {
  if (caller === null) throw new Refusal(401);
  return caller;
}

export function staffOnly(caller: Caller | null): void {
  if (signedIn(caller).role !== 'staff') throw new Refusal(403);
}
