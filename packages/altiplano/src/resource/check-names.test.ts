import { expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import { action } from './action.ts';
import { type App, app } from './app.ts';
import { job } from './job.ts';

const full = { status: 409, message: 'Full.', hint: 'Close one.' } as const;
const open = (name: string, refusals = { full: full as { status: 409; message: string; hint: string } }) =>
  action({ name, method: 'POST', path: `/${name}/`, permission: null, refusals, handle: async () => ({}) });
const night = job({ name: 'night', run: async () => {} });

const declare = (changes: Partial<App>) => () =>
  app({
    name: 'shop',
    schema: 'shop',
    migrations: new URL('./none/', import.meta.url),
    identity: { table: 'clerk', role: 'role', attributes: [], tenant: 'shop_id' },
    resources: [exampleResource()],
    actions: [open('open'), open('reopen')],
    jobs: [night],
    sample: {
      volume: {},
      run: async () => ({ rows: {}, demo: { user: '', path: '' } }),
      find: async () => null,
    },
    ...changes,
  });

test.each<[string, Partial<App>]>([
  ['is the name of more than one resource', { resources: [exampleResource(), exampleResource({ path: '/more/' })] }],
  ['is the name of more than one action', { actions: [open('open'), open('open')] }],
  ['is the name of more than one job', { jobs: [night, night] }],
  ['something else by full', { actions: [open('open'), open('reopen', { full: { ...full, hint: 'Wait.' } })] }],
])('names and codes stand for one thing: %s', (problem, changes) => {
  expect(declare({})).not.toThrow();
  expect(declare(changes)).toThrow(problem);
});
