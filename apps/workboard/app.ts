import { app } from 'altiplano';
import { identity } from './identity.ts';
import { createKey, rotateKey } from './keys.ts';
import { apiKeys, auditLogs, memberList, projects, tasks, trail } from './resources.ts';
import { find, run, volume } from './sample.ts';

/** Workboard: organizations with their projects, tasks and members, and the trail of what they changed. */
export const workboard = app({
  name: 'workboard',
  schema: 'workboard',
  migrations: new URL('./migrations/', import.meta.url),
  identity,
  resources: [projects, tasks, memberList, apiKeys, auditLogs],
  actions: [createKey, rotateKey],
  audit: trail,
  sample: { volume, run, find },
});
