import { app } from 'altiplano';
import { listUsers } from './actions/list-users.ts';
import { postTransaction } from './actions/post-transaction.ts';
import { showPermissions } from './actions/show-permissions.ts';
import { identity } from './identity.ts';
import { posting } from './jobs/posting.ts';
import { accounts, transactions } from './resources.ts';
import { find, run, volume } from './sample.ts';

/** Finance: accounts and transactions of organizations, their teams and users themselves. */
export const finance = app({
  name: 'finance',
  schema: 'finance',
  migrations: new URL('./migrations/', import.meta.url),
  identity,
  resources: [accounts, transactions],
  actions: [postTransaction, listUsers, showPermissions],
  jobs: [posting],
  sample: { volume, run, find },
});
