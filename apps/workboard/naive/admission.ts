import { type Database, Refusal } from 'altiplano/twin';
import type { NaiveRequest } from './request.ts';

const everything = ['projects:read', 'projects:write', 'tasks:read', 'tasks:write', 'audit:read', 'keys:admin'];
const scopesOfRole: Readonly<Record<string, readonly string[]>> = {
  owner: [...everything, 'members:read', 'members:write'],
  admin: [...everything, 'members:read', 'members:write'],
  member: ['projects:read', 'tasks:read', 'tasks:write', 'members:read'],
};

/** The caller's organization, if the caller may do this at all. */
export async function admit(database: Database, { caller }: NaiveRequest, scope: string): Promise<string> {
  const row = await (caller.kind === 'member' ? findMember(database, caller.id) : findKey(database, caller.id));
  if (!row) throw new Refusal(401);
  if (!row.scopes.includes(scope)) throw new Refusal(403);
  return row.organization;
}

interface Caller {
  readonly organization: string;
  readonly scopes: readonly string[];
}

async function findMember(database: Database, id: string): Promise<Caller | undefined> {
  const row = await database.row<{ organization: string; role: string }>(
    `SELECT organization_id::text AS organization, role FROM ${database.table('member')} WHERE id = $1`,
    [id],
  );
  return row && { organization: row.organization, scopes: scopesOfRole[row.role] ?? [] };
}

async function findKey(database: Database, id: string): Promise<Caller | undefined> {
  return database.row<Caller & { organization: string; scopes: string[] }>(
    `SELECT organization_id::text AS organization, scopes FROM ${database.table('api_key')}
     WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [id],
  );
}
