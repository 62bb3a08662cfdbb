import { auditMigration } from '../../src/audit/migration.ts';
import { identityMigration } from '../../src/auth/identity-ddl.ts';
import { bitmapMigration, SIZES } from '../../src/bitmap/definition.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import type { OwnerClient } from '../../src/execute/owner.ts';
import type { App } from '../../src/resource/app.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { rollupMigration } from '../../src/rollup/definition.ts';
import { rollupOrdersMigration } from '../../src/rollup/orders.ts';
import type { Ownership } from './market.ts';

const id = (kind: string, number: number | string) =>
  `00000000-0000-4000-8000-${kind.padEnd(4, '0')}${String(number).padStart(8, '0')}`;

export const ADA = id('ada', 1);
export const BEN = id('be', 1);
/** Of the staff. */
export const SUE = id('5e', 1);
export const makerId = (number: number) => id('a', number);
export const tagId = (number: number) => id('b', number);
export const itemId = (number: number) => id('c', number);

/** What tells a market's rows apart: nothing, or a key made of two columns. */
interface Owned {
  /** Columns of a table, and what its rows say. */
  readonly columns: string;
  /** Before the columns of a key or an index. */
  readonly lead: string;
}

const OWNED: Readonly<Record<Ownership, Owned>> = {
  none: { columns: '', lead: '' },
  pair: {
    columns: 'owner_type text not null, owner_id uuid not null,',
    lead: 'tenant_key, ',
  },
};

/** Which owners a person acts for: itself, firms it is linked to, and their teams. */
const SEATS = `create table firm (id uuid primary key);
create table team (id uuid primary key, firm_id uuid not null references firm);
create table seat_link (
  person_id uuid not null references person, firm_id uuid not null references firm, role text not null, primary key (person_id, firm_id)
);
create view seat as
select p.id as person_id, 'person' as owner_type, p.id as owner_id, 'owner' as role from person p
union all
select l.person_id, 'firm', l.firm_id, l.role from seat_link l
union all
select l.person_id, 'team', t.id, l.role from seat_link l join team t on t.firm_id = l.firm_id;
select altiplano.isolate('seat_link', 'person_id', 'caller'),
  altiplano.show_where('team', 'exists (select from seat_link l where l.firm_id = team.firm_id)'),
  altiplano.show_view('seat');
`;

/** The tables of a market, without rows. */
export function tablesSql(name: string, ownership: Ownership): string {
  const { columns, lead } = OWNED[ownership];
  const isolated = (table: string) =>
    ownership === 'none'
      ? `select altiplano.share('${table}');`
      : `select altiplano.isolate('${table}', array['owner_type', 'owner_id']);`;
  return `
create schema ${name};
set search_path to ${name};
create table person (id uuid primary key, name text not null, role text not null default 'shopper');
${ownership === 'none' ? '' : SEATS}create function is_staff() returns boolean language sql stable security definer set search_path from current
begin atomic select exists (select from person p where p.id = altiplano.caller() and p.role = 'staff'); end;
create table maker (id uuid primary key default gen_random_uuid(), ${columns} name text not null);
create table item (
  id uuid primary key default gen_random_uuid(), ${columns} maker_id uuid not null references maker,
  name varchar(200) not null, price double precision not null, stock integer not null default 0,
  gone boolean not null default false, created_at timestamptz not null default now()
);
create table tag (id uuid primary key default gen_random_uuid(), ${columns} name text not null);
create table item_tag (
  ${columns} item_id uuid not null references item on delete cascade, tag_id uuid not null references tag, primary key (item_id, tag_id)
);
create table review (
  id uuid primary key default gen_random_uuid(), ${columns} item_id uuid not null references item on delete cascade,
  rating integer not null, comment text not null default '', created_at timestamptz not null default now()
);
create table purchase (
  id uuid primary key default gen_random_uuid(), ${columns} person_id uuid not null references person,
  item_id uuid not null references item, status text not null default 'pending', created_at timestamptz not null default now()
);
${['maker', 'item', 'tag', 'item_tag', 'review'].map(isolated).join('\n')}
${ownership === 'none' ? "select altiplano.share('purchase', owner => 'person_id', everybody => 'is_staff()');" : isolated('purchase')}
create unique index on item (${lead}created_at desc, id desc);
create index on item (${lead}created_at desc, id desc) where not gone;
create index on item (${lead}price, id) where not gone;
create index on item (${lead}id);
create index on tag (${lead}id);
create index on review (${lead}item_id, created_at desc, id desc);
create unique index on purchase (${lead}created_at desc, id desc);
create index on purchase (${lead}id);
select altiplano.expose_schema('${name}'), altiplano.isolate('person', 'id', 'caller');
do $$ begin
  execute format('grant insert, update, delete on item, item_tag, purchase to %I', altiplano.app_role());
end $$;
`;
}

/** What the declaration prints, run on top of the tables. */
export async function keep(client: OwnerClient, declared: App, sizes = SIZES): Promise<void> {
  const { tables } = await readCatalog(client, declared.schema);
  const types = Object.fromEntries(
    [...tables.values()].map(({ name, columns }) => [
      name,
      Object.fromEntries([...columns.values()].map((column) => [column.name, column.type])),
    ]),
  );
  const rollups = declared.resources.flatMap(rollupsOf);
  const bitmaps = declared.resources.flatMap(({ bitmap }) => (bitmap === null ? [] : [bitmap]));
  const printed = [
    identityMigration(declared.identity, types[declared.identity.table] ?? {}),
    rollupMigration(rollups, types),
    rollupOrdersMigration(rollups, types),
    bitmapMigration(bitmaps, types, sizes),
    ...(declared.audit === undefined ? [] : [auditMigration(declared.audit)]),
  ];
  for (const text of printed) {
    await client.query(`set search_path to ${declared.schema}`);
    await client.query(`begin; ${text.split('-- Down Migration')[0]}; commit`);
  }
  await client.query(`set search_path to ${declared.schema}`);
  await client.query('create index on item_review_rollup (tenant_key, review_count, item_id) where live > 0');
}

/** Of each owner the same: three makers, four tags, forty items, their reviews and purchases. `owner` is two literals or empty. */
export function rowsSql(owner: string, turn: number): string {
  const [columns, values] = owner === '' ? ['', ''] : ['owner_type, owner_id, ', `${owner}, `];
  const at = turn * 1000;
  const of = (kind: string, number: string) =>
    `('00000000-0000-4000-8000-${kind.padEnd(4, '0')}' || lpad((${at} + ${number})::text, 8, '0'))::uuid`;
  return `
insert into maker (id, ${columns}name) select ${of('a', 'n')}, ${values}'Maker ' || n from generate_series(1, 3) n;
insert into tag (id, ${columns}name) select ${of('b', 'n')}, ${values}'Tag ' || n from generate_series(1, 4) n;
insert into item (id, ${columns}maker_id, name, price, stock, gone, created_at)
select ${of('c', 'n')}, ${values}${of('a', '1 + n % 3')}, 'Item ' || n || case when n % 4 = 0 then ' red' else '' end, (n * 7) % 20, n % 5, n % 9 = 0,
  timestamptz '2026-01-01 00:00Z' + (n / 2) * interval '1 hour'
from generate_series(1, 40) n;
insert into item_tag (${columns}item_id, tag_id)
select ${values}${of('c', 'n')}, ${of('b', 'k')} from generate_series(1, 40) n cross join generate_series(1, 4) k where (n + k) % 3 = 0;
insert into review (${columns}item_id, rating, comment, created_at)
select ${values}${of('c', 'n')}, 1 + (n + k) % 5, 'Review ' || k, timestamptz '2026-02-01 00:00Z' + k * interval '1 hour'
from generate_series(1, 40) n cross join generate_series(1, 6) k where k <= n % 7;
insert into purchase (${columns}person_id, item_id, status, created_at)
select ${values}(array['${ADA}', '${BEN}'])[1 + n % 2]::uuid, ${of('c', 'n')}, (array['pending', 'paid', 'shipped'])[1 + n % 3],
  timestamptz '2026-03-01 00:00Z' + n * interval '1 hour'
from generate_series(1, 12) n;
`;
}

export const PEOPLE_SQL = `
insert into person (id, name, role) values ('${ADA}', 'Ada', 'shopper'), ('${BEN}', 'Ben', 'shopper'), ('${SUE}', 'Sue', 'staff');
`;
