import { app } from 'altiplano';
import { identity } from './identity.ts';
import { customers, loggedCalls } from './resources.ts';
import { find, run } from './sample.ts';
import { workspaces } from './workspaces.ts';

/** Callbot: customers of many workspaces, each with their calls, labels and campaigns. */
export const callbot = app({
  name: 'callbot',
  schema: 'callbot',
  migrations: new URL('./migrations/', import.meta.url),
  identity,
  resources: [customers, loggedCalls, workspaces],
  sample: { volume: { customers: 5_000, calls: 100_000, workspaces: 3 }, run, find },
});
