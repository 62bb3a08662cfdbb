import { app, jobProgress, reencryption } from 'altiplano';
import { receivePoints } from './actions/receive-points.ts';
import { PROGRESS, runWellness } from './actions/run-wellness.ts';
import { identity } from './identity.ts';
import { wellness } from './jobs/wellness.ts';
import { journal, people, reports, tracking } from './resources.ts';
import { find, run, volume } from './sample.ts';

/** Field: people of many tenants, where their devices were, what they wrote about their days. */
export const field = app({
  name: 'field',
  schema: 'field',
  migrations: new URL('./migrations/', import.meta.url),
  identity,
  resources: [tracking, journal, people, reports],
  actions: [receivePoints, runWellness, jobProgress({ path: PROGRESS, permission: 'wellness:run' })],
  jobs: [wellness, reencryption()],
  sample: { volume, run, find },
});
