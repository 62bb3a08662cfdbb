import { identityMigration } from '../../src/auth/identity-ddl.ts';
import { parseKeyRing } from '../../src/encryption/key-ring.ts';
import { ENGINE } from '../../src/migrate/run.ts';
import { type App, app, type Identity } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';
import type { SignIn } from '../../src/resource/sign-in.ts';

interface HouseTables {
  person: { id: string; house_id: string; role: string; email: string; password_digest: string; is_active: boolean };
  note: { id: string; house_id: string; title: string; gone: boolean; created_at: Date };
}

const { resource, columns } = tables<HouseTables>();

/** As cheap as a declaration may be. */
export const CHEAP = { ln: 14, r: 8, p: 1 } as const;
/** What digests of the sample had before. */
export const CHEAPER = { ln: 10, r: 8, p: 1 } as const;

export function houseApp(name: string, id: 'uuid' | 'bigint', signIn: SignIn): App {
  const identity: Identity = {
    table: 'person',
    id,
    role: 'role',
    attributes: [],
    active: 'is_active',
    tenant: 'house_id',
    signIn,
  };
  const notes = resource('note', {
    name: 'notes',
    path: `/${name}/notes/`,
    tenant: 'house_id',
    deleted: 'gone',
    order: ['-created_at', '-id'],
    fields: columns('note', 'id', 'title'),
    filters: {},
  });
  return app({
    name,
    schema: name,
    migrations: ENGINE.folder,
    identity,
    resources: [notes],
    sample: { volume: {}, run: async () => ({ rows: {}, demo: { user: '', path: '' } }), find: async () => null },
  });
}

/** More than any test of something else tries. */
const attempts = { account: 1_000, address: 100_000, minutes: 15 };
const columnsOf = { email: 'email', digest: 'password_digest', cost: CHEAP, attempts } as const;

export const house = houseApp('house', 'uuid', { path: '/auth', ...columnsOf, accessMinutes: 5 });
export const garden = houseApp('garden', 'bigint', { path: '/garden/auth', ...columnsOf, ignoresCase: true });

/** What three wrong passwords close, or eight from one address. */
export const vault = houseApp('vault', 'uuid', {
  path: '/vault/auth',
  ...columnsOf,
  attempts: { account: 3, address: 8, minutes: 15 },
});

export const APPS = [house, garden, vault] as const;

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');

/** The second key is an older one. */
export const SIGNING = parseKeyRing(`new:${keyOf(1)},old:${keyOf(2)}`);

export const PERSON = '00000000-0000-4000-8000-000000000001';
export const GARDENER = '9007199254740993';

/** What `altiplano identity sql` prints, and the tables around it. */
export function schemaSql({ schema, identity }: App): string {
  const [functions = ''] = identityMigration(identity, {
    role: 'text',
    house_id: 'uuid',
    email: 'text',
    is_active: 'boolean',
  }).split('-- Down Migration');
  const { id = 'uuid', signIn } = identity;
  return `
create schema ${schema};
set search_path to ${schema};
create table house (id uuid primary key);
create table person (
  id ${id} primary key, house_id uuid not null references house, role text not null default 'guest',
  email text not null, password_digest text, is_active boolean not null default true
);
create unique index on person (${signIn?.ignoresCase ? 'lower(email)' : 'email'});
create table note (
  id uuid primary key, house_id uuid not null references house, title text not null, gone boolean not null default false,
  created_at timestamptz not null default now(), unique (house_id, id)
);
create index on note (house_id, created_at desc, id desc) where not gone;
select altiplano.expose_schema('${schema}'), altiplano.isolate('person', 'house_id'), altiplano.isolate('note', 'house_id');
${functions}
insert into house values ('${PERSON}');
insert into note (id, house_id, title) values ('${PERSON}', '${PERSON}', 'Keys are under the mat');
reset search_path;
`;
}
