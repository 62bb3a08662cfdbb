import { expect, test } from 'vitest';
import { identityMigration } from '../../src/auth/identity-ddl.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { app, type Identity } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';
import { hashPassword } from '../../src/sign-in/password.ts';
import { sourceKey } from '../support/app-database.ts';
import { useServer } from '../support/app-server.ts';
import { CHEAP } from './house.ts';

interface StallTables {
  person: { id: string; role: string; email: string; digest: string; is_active: boolean };
  note: { id: string; owner_type: string; owner_id: string; title: string; created_at: Date };
}

const { resource, columns } = tables<StallTables>();
const OWNER = ['owner_type', 'owner_id'] as const;
const identity: Identity = {
  table: 'person',
  role: 'role',
  attributes: [],
  active: 'is_active',
  tenancies: {
    table: 'seat',
    user: 'person_id',
    tenant: OWNER,
    kinds: ['firm', 'person'],
    headers: ['X-Owner-Type', 'X-Owner-Id'],
    own: 'person',
  },
  roles: { owner: ['notes:read'], viewer: ['notes:read'], guest: [] },
  signIn: { path: '/stall/auth', email: 'email', digest: 'digest', cost: CHEAP },
};
const stall = app({
  name: 'stall',
  schema: 'stall',
  migrations: ENGINE.folder,
  identity,
  resources: [
    resource('note', {
      name: 'notes',
      path: '/stall/notes',
      tenant: OWNER,
      order: ['-created_at', '-id'],
      permissions: { read: 'notes:read' },
      fields: columns('note', 'title'),
      filters: {},
    }),
  ],
  sample: { volume: {}, run: async () => ({ rows: {}, demo: { user: '', path: '' } }), find: async () => null },
});

const [ANN, FIRM, FOREIGN] = ['1', '2', '3'].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const [FUNCTIONS = ''] = identityMigration(identity, { role: 'text', is_active: 'boolean' }).split('-- Down Migration');
const SQL = `
create schema stall;
set search_path to stall;
create table person (
  id uuid primary key, role text not null default '', email text not null unique, digest text, is_active boolean not null default true
);
create table seat_link (person_id uuid references person, firm_id uuid, role text not null, primary key (person_id, firm_id));
create view seat as
select p.id as person_id, 'person' as owner_type, p.id as owner_id, 'owner' as role from person p
union all
select l.person_id, 'firm', l.firm_id, l.role from seat_link l;
create table note (
  id uuid primary key default gen_random_uuid(), owner_type text not null, owner_id uuid not null, title text not null,
  created_at timestamptz not null default now()
);
select altiplano.expose_schema('stall'), altiplano.isolate('person', 'id', 'caller'), altiplano.isolate('seat_link', 'person_id', 'caller'),
  altiplano.show_view('seat'), altiplano.isolate('note', array['owner_type', 'owner_id']);
create index on note (tenant_key, id);
create index on note (tenant_key, created_at desc, id desc);
${FUNCTIONS}
reset search_path;
`;

const server = useServer({
  template: {
    name: 'stall',
    key: `${SQL} ${sourceKey(stall)}`,
    build: async (url) => {
      await migrate(ENGINE, { url, direction: 'up' });
      const digest = await hashPassword('secret', { cost: CHEAP });
      await withOwner(url, async (client) => {
        await client.query(SQL);
        await client.query("insert into stall.person (id, email, digest) values ($1, 'ann@example.com', $2)", [
          ANN,
          digest,
        ]);
        await client.query(`insert into stall.seat_link values ('${ANN}', '${FIRM}', 'viewer');
          insert into stall.note (owner_type, owner_id, title) values
            ('person', '${ANN}', 'hers'), ('firm', '${FIRM}', 'the firm’s'), ('firm', '${FOREIGN}', 'nobody’s she knows')`);
      });
    },
  },
  apps: [stall],
  prepare: async () => ({}),
});

const login = async (): Promise<string> => {
  const body = { email: 'ann@example.com', password: 'secret' };
  return (await server.send({ method: 'POST', path: '/stall/auth/login', body })).json.access_token;
};
const of = (kind: string, id: string) => ({ 'x-owner-type': kind, 'x-owner-id': id });
const titles = async (token: string, headers = {}) => {
  const { status, json } = await server.send({ path: '/stall/notes', as: token, headers });
  return status === 200 ? json.results.map(({ title }: { title: string }) => title) : status;
};

test('an access token is for whichever tenant its user has and the headers choose', async () => {
  const token = await login();
  expect(await titles(token)).toEqual(['hers']);
  expect(await titles(token, of('firm', FIRM))).toEqual(['the firm’s']);
  expect(await titles(token, of('person', ANN))).toEqual(['hers']);
  expect([await titles(token, of('firm', FOREIGN)), await titles(token, of('person', FIRM))]).toEqual([403, 403]);
  expect([await titles(token, of('shop', FIRM)), await titles(`${token}x`, of('shop', FIRM))]).toEqual([400, 401]);
});

test('what the user is there is looked up, so a change of it is seen by the next request', async () => {
  const token = await login();
  const become = (role: string) => server.owner().query('update stall.seat_link set role = $1', [role]);
  expect(await titles(token, of('firm', FIRM))).toEqual(['the firm’s']);
  await become('guest');
  expect(await titles(token, of('firm', FIRM))).toBe(403);
  await become('viewer');
  expect(await titles(token, of('firm', FIRM))).toEqual(['the firm’s']);
});

test('a logout ends the session in all of them, whichever the headers name', async () => {
  const token = await login();
  expect(await titles(token)).toEqual(['hers']);
  const headers = of('firm', FIRM);
  expect((await server.send({ method: 'POST', path: '/stall/auth/logout', as: token, headers })).status).toBe(204);
  expect(await titles(token)).toBe(401);
  expect(await titles(token, headers)).toBe(401);
});
