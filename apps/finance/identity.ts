import type { Identity } from 'altiplano';

const reads = ['accounts:read', 'transactions:read'];
const posts = [...reads, 'accounts:write', 'transactions:write'];

/**
 * Users sign in for themselves; headers choose among the tenants they have: themselves, the organizations they are linked to,
 * and those's teams. In their own tenant they are nobody's owner, and post.
 */
export const identity = {
  table: 'app_user',
  role: 'role',
  attributes: [],
  active: 'is_active',
  tenancies: {
    table: 'tenancy',
    user: 'user_id',
    tenant: ['tenant_type', 'tenant_id'],
    kinds: ['organization', 'team', 'user'],
    headers: ['X-Tenant-Type', 'X-Tenant-Id'],
    own: 'user',
  },
  roles: { viewer: reads, accountant: posts, owner: [...posts, 'users:read', 'links:write'], self: posts },
  signIn: { path: '/auth', email: 'email', digest: 'password_digest' },
} as const satisfies Identity;
