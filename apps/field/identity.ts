import type { Identity } from 'altiplano';

/** People sign in for themselves, as long as they are active; where they work is the tenant. */
export const identity: Identity = {
  table: 'people',
  id: 'bigint',
  kind: 'person',
  role: 'role',
  roles: { worker: [], supervisor: ['wellness:run'], counsellor: [] },
  attributes: ['id'],
  tenant: 'tenant_id',
  active: 'is_active',
};
