import { app } from 'altiplano';
import { posting } from '../jobs/posting.ts';
import { find, run, volume } from '../sample.ts';

/** The tables, the sample and the job: what workers need of the app, and no endpoint. */
export const workshop = app({
  name: 'finance',
  schema: 'finance',
  migrations: new URL('../migrations/', import.meta.url),
  identity: { table: 'app_user', role: 'name', attributes: [], tenant: 'id', active: 'is_active' },
  resources: [],
  jobs: [posting],
  sample: { volume, run, find },
});
