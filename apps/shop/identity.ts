import type { Identity } from 'altiplano';

/** Shoppers sign in for themselves; staff are shoppers who may do more. There is one shop, so no tenants. */
export const identity: Identity = {
  table: 'shopper',
  kind: 'shopper',
  role: 'role',
  attributes: [],
  tenant: 'none',
  roles: {
    shopper: ['orders:write', 'reviews:write'],
    staff: ['orders:write', 'orders:ship', 'reviews:write', 'products:write', 'dashboard:read'],
  },
};
