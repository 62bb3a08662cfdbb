import type { Caller } from '../plan/plan.ts';
import { PUBLIC_ROLE } from '../resource/identity.ts';
import { NO_TENANT } from '../resource/tenant-key.ts';

/** Who asks for a public resource and sends no credential: a role without scopes, rows or a name of its own. */
export const ANYBODY: Caller = Object.freeze({
  userId: '',
  role: PUBLIC_ROLE,
  attributes: {},
  tenant: NO_TENANT,
  scopes: [],
  anybody: true,
});
