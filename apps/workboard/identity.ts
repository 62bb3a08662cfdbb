import type { Identity } from 'altiplano';

/** What an API key may be given; members have theirs by role. */
export const SCOPES = [
  'projects:read',
  'projects:write',
  'tasks:read',
  'tasks:write',
  'audit:read',
  'keys:admin',
] as const;

const all = [...SCOPES, 'members:read', 'members:write'];

/** A credential belongs to one organization: the member's own row, or the key's, says which. */
export const identity = {
  table: 'member',
  kind: 'member',
  role: 'role',
  attributes: [],
  tenant: 'organization_id',
  roles: { owner: all, admin: all, member: ['projects:read', 'tasks:read', 'tasks:write', 'members:read'] },
  keys: { table: 'api_key', tenant: 'organization_id', user: 'created_by' },
} as const satisfies Identity;
