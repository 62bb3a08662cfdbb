import { refuse } from '../../src/errors/refuse.ts';
import { accept } from '../../src/resource/accept.ts';
import { action } from '../../src/resource/action.ts';
import { app } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';
import { sql } from '../../src/resource/query.ts';

/** A small app of desks and their tickets, in which nearly everything is an action. */
export const OFFICE = '00000000-0000-4000-8000-0000000000a1';
export const OTHER = '00000000-0000-4000-8000-0000000000a2';
export const CLERK = '00000000-0000-4000-8000-0000000000b1';

interface DeskTables {
  ticket: { id: string; office_id: string; title: string; gone: boolean; created_at: Date };
}
const { resource, columns } = tables<DeskTables>();

export const tickets = resource('ticket', {
  name: 'tickets',
  path: '/tickets/',
  tenant: 'office_id',
  deleted: 'gone',
  order: ['-created_at', '-id'],
  fields: columns('ticket', 'id', 'title'),
  filters: {},
});

export const openTickets = action({
  name: 'open_tickets',
  method: 'POST',
  path: '/tickets/open/',
  permission: 'tickets:write',
  body: {
    title: accept.column('ticket', 'title', { required: true }),
    kind: accept.choice(['bug', 'wish'], { otherwise: 'bug' }),
    size: accept.decimal([6, 2], { nullable: true }),
    due: accept.instant(),
    marks: accept.list(accept.text({ most: 5 }), { most: 3, otherwise: [] }),
    points: accept.list(
      {
        device: accept.text({ required: true, most: 10 }),
        at: accept.instant({ required: true }),
        x: accept.number({ range: [-90, 90] }),
      },
      { most: 1_000, otherwise: [] },
    ),
  },
  refusals: { full: { status: 409, message: 'The desk holds {most} tickets.', hint: 'Close one first.' } },
  reply: { status: 201, schema: { type: 'object' }, example: { id: CLERK } },
  async handle({ query, body, tenant }) {
    const [many] = await query<{ count: string }>(sql`select count(*) from desk.ticket`);
    if (Number(many?.count) >= 50) throw refuse('full', { most: 50 });
    const [ticket] = await query<{ id: string }>(sql`
      insert into desk.ticket (office_id, title, kind, size, due)
      values (${tenant}, ${body.title}, ${body.kind}, ${body.size}::numeric, ${body.due}::timestamptz)
      returning id`);
    const points = sql.rows('p', body.points, { device: 'text', at: 'timestamptz', x: 'float8' });
    const kept = await query<{ device: string }>(sql`
      insert into desk.point (office_id, device, at, x)
      select ${tenant}, p.device, p.at, p.x from ${points}
      on conflict do nothing returning device`);
    return {
      body: { id: ticket?.id, ...body, stored: kept.length },
      location: `/tickets/${ticket?.id}/`,
      etag: 'one',
    };
  },
});

export const readTicket = action({
  name: 'read_ticket',
  method: 'GET',
  path: '/tickets/:id/whole/',
  permission: null,
  query: { loud: accept.boolean({ otherwise: false }), most: accept.integer({ range: [1, 9], otherwise: 3 }) },
  reply: { schema: { type: 'object' } },
  async handle({ query, parameters, asked }) {
    const where = sql`where t.id = ${parameters.id}`;
    const [[ticket], [points]] = await Promise.all([
      query(
        sql`select title, size, due, 9007199254740993 as big, '{"a": [1]}'::jsonb as doc from desk.ticket t ${where}`,
      ),
      query({ sql: 'select count(*)::int as points, $1::int as most from desk.point', parameters: [asked.most] }),
    ]);
    if (ticket === undefined) throw refuse('not_found');
    return { body: { ...ticket, ...points, loud: asked.loud }, etag: 'whole' };
  },
});

export const ticketByCode = action({
  name: 'ticket_by_code',
  method: 'GET',
  path: '/tickets/by-code/:code/',
  permission: null,
  parameters: { code: 'text' },
  query: { loud: accept.text(), most: accept.integer() },
  async handle({ query, parameters, asked }) {
    const { most = 1 } = asked;
    const [ticket] = await query(sql`select id from desk.ticket where code = ${parameters.code} limit ${most}::int`);
    if (ticket === undefined) throw refuse('not_found');
    return { body: ticket };
  },
});

/** Changes one object, if it still is what its tag says. */
export const renameTicket = action({
  name: 'rename_ticket',
  method: 'PATCH',
  path: '/tickets/:id/',
  permission: null,
  body: { title: accept.column('ticket', 'title', { required: true }) },
  reply: { schema: { type: 'object' } },
  async current({ query, parameters: { id } }) {
    const [ticket] = await query<{ json: string }>(
      sql`select row_to_json(t)::text as json from (select id, title from desk.ticket where id = ${id} for update) t`,
    );
    return ticket?.json ?? null;
  },
  async handle({ query, parameters: { id }, body }) {
    const [ticket] = await query<{ json: string }>(sql`
      with t as (update desk.ticket set title = ${body.title} where id = ${id} returning id, title)
      select row_to_json(t)::text as json from t`);
    if (ticket === undefined) throw refuse('not_found');
    return { json: ticket.json };
  },
});

/** What handlers can do wrong, each by its path. */
const MISTAKES: Readonly<Record<string, Parameters<typeof action>[0]['handle']>> = {
  throws: async ({ query, tenant }) => {
    await query(sql`insert into desk.ticket (office_id, title) values (${tenant}, 'lost')`);
    throw new Error('secret of the app');
  },
  undeclared: async () => {
    throw refuse('nobody_declared_this');
  },
  unknown_sql: async ({ query }) => ({ body: await query(sql`select nothing from desk.nowhere`) }),
  twice: async ({ query, tenant }) => {
    const insert = sql`insert into desk.ticket (office_id, title, code) values (${tenant}, 'twice', 'same')`;
    await query(insert);
    await query(insert);
    return {};
  },
  swallows: async ({ query }) => {
    await query(sql`select 1 / 0`).catch(() => {});
    return { body: 'fine' };
  },
  foreign: async ({ query }) => {
    await query(sql`insert into desk.ticket (office_id, title) values (${OTHER}, 'not ours')`);
    return {};
  },
  forgets: async ({ query, tenant }) => {
    void query(sql`insert into desk.ticket (office_id, title) values (${tenant}, 'forgotten')`);
    return {};
  },
  lingers: async ({ query }) => {
    await query(sql`select pg_sleep(20)`);
    return {};
  },
};

export const mistakes = Object.entries(MISTAKES).map(([name, handle]) =>
  action({ name, method: 'POST', path: `/mistakes/${name}/`, permission: null, handle }),
);

export const desk = app({
  name: 'desk',
  schema: 'desk',
  migrations: new URL('./none/', import.meta.url),
  identity: {
    table: 'clerk',
    role: 'role',
    attributes: [],
    membership: { table: 'clerk_office', user: 'clerk_id', tenant: 'office_id' },
  },
  resources: [tickets],
  actions: [openTickets, readTicket, renameTicket, ticketByCode, ...mistakes],
  sample: {
    volume: {},
    run: async () => ({ rows: {}, demo: { user: CLERK, path: '/tickets/' } }),
    find: async () => null,
  },
});

export const SCHEMA_SQL = `
create schema desk;
set search_path to desk;
create table office (id uuid primary key);
create table clerk (id uuid primary key, role text not null);
create table clerk_office (clerk_id uuid references clerk, office_id uuid references office, primary key (clerk_id, office_id));
create table ticket (
  id uuid primary key default gen_random_uuid(), office_id uuid not null references office, title varchar(20) not null,
  kind text not null default 'bug', size numeric(6, 2), due timestamptz, code text, gone bool not null default false,
  created_at timestamptz not null default now(), unique (office_id, code), unique (office_id, id)
);
create index on ticket (office_id, created_at desc, id desc) where not gone;
create table point (office_id uuid not null references office, device text, at timestamptz, x float8, primary key (office_id, device, at));
select altiplano.expose_schema('desk'), altiplano.isolate('ticket', 'office_id'), altiplano.isolate('point', 'office_id'),
  altiplano.isolate('clerk', 'id', 'caller'), altiplano.isolate('clerk_office', 'clerk_id', 'caller');
do $$ begin execute format('grant insert, update, delete on ticket, point to %I', altiplano.app_role()); end $$;
create function caller_identity(of_user uuid) returns table (role text) language sql stable security definer
begin atomic select c.role from clerk c where c.id = of_user; end;
insert into office values ('${OFFICE}'), ('${OTHER}');
insert into clerk values ('${CLERK}', 'clerk');
insert into clerk_office values ('${CLERK}', '${OFFICE}');
insert into ticket (office_id, title) values ('${OTHER}', 'theirs');
`;
