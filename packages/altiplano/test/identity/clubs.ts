import { identityMigration } from '../../src/auth/identity-ddl.ts';
import { type App, app, type Identity } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';

interface ClubTables {
  member: { id: string; club_id: string; name: string; role: string; is_active: boolean };
  note: {
    id: string;
    club_id: string;
    author_id: string;
    title: string;
    gone: boolean;
    level: number;
    created_at: Date;
  };
}

const { resource, columns, filters, members } = tables<ClubTables>();
const by = filters('note');

export const SCOPES = ['notes:read', 'notes:write', 'notes:delete'];
const ROLES = { owner: SCOPES, admin: SCOPES, member: ['notes:read', 'notes:write'], guest: [] };

const identityOf = (id: 'uuid' | 'bigint'): Identity => ({
  table: 'member',
  id,
  kind: 'member',
  role: 'role',
  attributes: [],
  active: 'is_active',
  tenant: 'club_id',
  roles: ROLES,
  keys: { table: 'api_key', id, tenant: 'club_id', user: 'created_by' },
});

/** Members of clubs: keys are uuids in one app and numbers in the other. */
export function clubApp(name: string, id: 'uuid' | 'bigint'): App {
  const notes = resource('note', {
    name: 'notes',
    path: `/${name}/notes/`,
    tenant: 'club_id',
    deleted: 'gone',
    order: ['-created_at', '-id'],
    permissions: { read: 'notes:read', write: 'notes:write', delete: 'notes:delete' },
    fields: columns('note', 'id', 'club_id', 'author_id', 'title', 'created_at'),
    filters: by.exact('title', 'text'),
    writes: {
      actions: ['create', 'change', 'delete'],
      bulk: 10,
      members: { title: members.required(), author_id: members.reference('member') },
    },
  });
  // Who sees all of them and writes its own.
  const journal = resource('note', {
    name: 'journal',
    path: `/${name}/journal/`,
    tenant: 'club_id',
    deleted: 'gone',
    order: ['-created_at', '-id'],
    fields: columns('note', 'id', 'author_id', 'title'),
    filters: {},
    writes: {
      actions: ['create', 'change', 'delete'],
      bulk: 10,
      members: { title: members.required(), author_id: members.caller() },
      scopes: {
        owner: 'all',
        member: { column: 'author_id', attribute: 'id' },
        api_key: { column: 'title', not: ['Closed'] },
      },
    },
  });
  // Rows told by a small number.
  const levels = resource('note', {
    name: 'levels',
    path: `/${name}/levels/`,
    tenant: 'club_id',
    deleted: 'gone',
    order: ['-created_at', '-id'],
    scopes: { owner: 'all', member: { column: 'level', values: ['1', '2'] } },
    fields: columns('note', 'id', 'level'),
    filters: {},
    writes: {
      actions: ['change'],
      members: { level: members.required() },
      scopes: { owner: 'all', member: { column: 'level', not: ['2'] } },
    },
  });
  // Where an admin leaves owners alone, and makes none.
  const people = resource('member', {
    name: 'people',
    path: `/${name}/people/`,
    tenant: 'club_id',
    keyType: id,
    order: ['name', 'id'],
    orderTypes: ['text', id],
    reads: false,
    fields: columns('member', 'id', 'name', 'role'),
    filters: {},
    writes: {
      actions: ['create', 'change', 'delete'],
      bulk: 10,
      members: { name: members.required(), role: members.required() },
      scopes: { owner: 'all', admin: { column: 'role', not: ['owner'] } },
    },
  });
  return app({
    name,
    schema: name,
    migrations: new URL('./none/', import.meta.url),
    identity: identityOf(id),
    resources: [notes, journal, levels, people],
    sample: {
      volume: {},
      run: async () => ({ rows: {}, demo: { user: '', path: '' } }),
      find: async () => null,
    },
  });
}

export const CLUBS = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
export const [OURS, THEIRS] = CLUBS;

/** Of each club two members, `a1`, `a2`, `b1` and `b2`, and three notes. */
export const memberId = (id: 'uuid' | 'bigint', which: string): string => {
  const number =
    (which.startsWith('a') ? 9_007_199_254_740_993n : 9_007_199_254_740_995n) + BigInt(which.slice(1)) - 1n;
  return id === 'bigint' ? String(number) : `00000000-0000-4000-8000-0000000000${which}`;
};

export const noteId = (club: 'a' | 'b', index: number): string => `00000000-0000-4000-8000-00000000${club}0${index}0`;

export function schemaSql(name: string, id: 'uuid' | 'bigint'): string {
  const member = (which: string) => `'${memberId(id, which)}'`;
  const notes = (['a', 'b'] as const).flatMap((club, index) =>
    [1, 2, 3].map((n) => `('${noteId(club, n)}', '${CLUBS[index]}', ${member(`${club}1`)}, '${club} ${n}')`),
  );
  const types = { role: 'text', club_id: 'uuid', is_active: 'boolean' };
  const [functions] = identityMigration(identityOf(id), types).split('-- Down Migration');
  return `
create schema ${name};
set search_path to ${name};
create table club (id uuid primary key);
create table member (
  id ${id} primary key${id === 'bigint' ? ' generated by default as identity' : ''}, club_id uuid not null references club,
  name text not null, role text not null,
  is_active bool not null default true
);
create unique index on member (club_id, id);
create table note (
  id uuid primary key, club_id uuid not null references club, author_id ${id}, title text not null,
  level smallint not null default 1, gone bool not null default false, created_at timestamptz not null default now(), unique (club_id, id)
);
create index on note (club_id, created_at desc, id desc) where not gone;
create table api_key (
  id ${id} primary key ${id === 'uuid' ? 'default gen_random_uuid()' : 'generated always as identity'},
  club_id uuid not null references club, name text not null default '', prefix text not null unique, digest bytea not null,
  scopes text[] not null, created_by ${id} references member, created_at timestamptz not null default now(),
  expires_at timestamptz, last_used_at timestamptz, revoked_at timestamptz
);
select altiplano.isolate('api_key', 'club_id'), altiplano.expose_schema('${name}'), altiplano.isolate('member', 'club_id'), altiplano.isolate('note', 'club_id');
do $$ begin
  execute format('grant insert, update on note to %1$I; grant insert, update, delete on member to %1$I', altiplano.app_role());
end $$;
${functions}
insert into club values ('${OURS}'), ('${THEIRS}');
insert into member (id, club_id, name, role) values
  (${member('a1')}, '${OURS}', 'A 1', 'owner'), (${member('a2')}, '${OURS}', 'A 2', 'member'),
  (${member('b1')}, '${THEIRS}', 'B 1', 'owner'), (${member('b2')}, '${THEIRS}', 'B 2', 'member');
insert into note (id, club_id, author_id, title) values ${notes.join(', ')};
`;
}
