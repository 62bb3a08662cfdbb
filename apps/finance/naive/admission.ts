import { type Database, isUuid, Refusal } from 'altiplano/twin';
import type { NaiveRequest } from './request.ts';

/** What a role may do; whoever is asked about themselves is everything but an owner of others. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  owner: ['accounts:read', 'accounts:write', 'links:write', 'transactions:read', 'transactions:write', 'users:read'],
  accountant: ['accounts:read', 'accounts:write', 'transactions:read', 'transactions:write'],
  viewer: ['accounts:read', 'transactions:read'],
  self: ['accounts:read', 'accounts:write', 'transactions:read', 'transactions:write'],
};

export interface Caller {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  /** Of the tenant, or its team's; null for a user's own. */
  readonly organization: string | null;
  readonly permissions: readonly string[];
}

/** Who is asking and for whom; nobody who is not active, and nobody in a tenant they do not have. */
export async function admit(database: Database, { user, tenant }: NaiveRequest): Promise<Caller> {
  const person = await database.row<{ is_active: boolean }>(
    `SELECT is_active FROM ${database.table('app_user')} WHERE id = $1::uuid`,
    [user.id],
  );
  if (!person?.is_active) throw new Refusal(401);
  const { type, id } = chosen(tenant, user.id);
  const organization = await organizationOf(database, type, id);
  const role = type === 'user' ? (id === user.id ? 'self' : null) : await roleIn(database, organization, user.id);
  if (role === null) throw new Refusal(403);
  return { id: user.id, type, tenant: id, organization, permissions: PERMISSIONS[role] ?? [] };
}

/** Both headers or none, which is the user's own. */
function chosen({ type, id }: NaiveRequest['tenant'], own: string): { type: string; id: string } {
  if (type === null && id === null) return { type: 'user', id: own };
  if (!['organization', 'team', 'user'].includes(type ?? '') || !isUuid(id ?? '')) throw new Refusal(400);
  return { type: type ?? '', id: (id ?? '').toLowerCase() };
}

async function organizationOf(database: Database, type: string, id: string): Promise<string | null> {
  if (type === 'user') return null;
  if (type === 'organization') return id;
  const team = await database.row<{ organization_id: string }>(
    `SELECT organization_id::text FROM ${database.table('team')} WHERE id = $1::uuid`,
    [id],
  );
  return team?.organization_id ?? null;
}

async function roleIn(database: Database, organization: string | null, user: string): Promise<string | null> {
  if (organization === null) return null;
  const link = await database.row<{ role: string }>(
    `SELECT role FROM ${database.table('organization_link')} WHERE organization_id = $1::uuid AND user_id = $2::uuid`,
    [organization, user],
  );
  return link?.role ?? null;
}

export function need({ permissions }: Caller, permission: string): void {
  if (!permissions.includes(permission)) throw new Refusal(403);
}
