import type { Identity } from 'altiplano';

/** Users, their role, the employee a user of role `employee` acts as, and the workspaces a user may enter. */
export const identity = {
  table: 'app_user',
  role: 'role',
  attributes: ['employee_id'],
  membership: { table: 'app_user_workspaces', user: 'user_id', tenant: 'workspace_id' },
} as const satisfies Identity;
