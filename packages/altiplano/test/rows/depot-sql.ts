/** The tables of the depot: nothing marks a row as deleted, children go with their parents. */
export const DEPOT = 'depot';
export const FIRM = '00000000-0000-4000-8000-00000000f001';
export const OTHER_FIRM = '00000000-0000-4000-8000-00000000f002';
/** Sees and writes everything. */
export const CHIEF = '00000000-0000-4000-8000-00000000c001';
/** Sees what is their own, and what is everybody's. */
export const WORKER = '00000000-0000-4000-8000-00000000c002';
export const COLLEAGUE = '00000000-0000-4000-8000-00000000c003';
/** Of the other firm. */
export const STRANGER = '00000000-0000-4000-8000-00000000c004';

export const DEPOT_SQL = `
create schema ${DEPOT};
set search_path to ${DEPOT};
create table firm (id uuid primary key, name text not null);
create table person (id uuid primary key, firm_id uuid not null references firm, name text not null, role text not null);
create table person_firm (
  person_id uuid not null references person, firm_id uuid not null references firm, primary key (person_id, firm_id)
);
create table job (
  id uuid primary key default gen_random_uuid(), firm_id uuid not null references firm, title text not null,
  status text not null default 'open', created_at timestamptz not null default now(), unique (firm_id, id)
);
create unique index on job (firm_id, created_at desc, id desc);
create table ticket (
  id uuid primary key default gen_random_uuid(), firm_id uuid not null, job_id uuid not null,
  owner_id uuid references person, title varchar(300) not null, notes text not null default '',
  status text not null default 'todo', priority text not null default 'normal', privacy text not null default 'private',
  due_date date, created_at timestamptz not null default now(), unique (firm_id, id),
  foreign key (firm_id, job_id) references job (firm_id, id) on delete cascade
);
create unique index on ticket (firm_id, created_at desc, id desc);
create index on ticket (firm_id, due_date, id);
create index ticket_by_rank on ticket (firm_id, (case priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end), id);
create index on ticket (job_id);
create table guide (
  id bigint generated always as identity primary key, firm_id uuid not null references firm, name text not null,
  unique (firm_id, id)
);
create table visit (
  id bigint generated always as identity primary key, firm_id uuid not null, ticket_id uuid not null, guide_id bigint,
  made_on date not null, minutes bigint not null default 0, unique (firm_id, id),
  foreign key (firm_id, ticket_id) references ticket (firm_id, id) on delete cascade,
  foreign key (firm_id, guide_id) references guide (firm_id, id)
);
create index on visit (firm_id, made_on desc, id desc);
create index on visit (firm_id, minutes, id);
create index on visit (firm_id, ticket_id, made_on desc, id desc);
create table visit_guide (
  firm_id uuid not null, visit_id bigint not null, guide_id bigint not null, primary key (visit_id, guide_id),
  foreign key (firm_id, visit_id) references visit (firm_id, id) on delete cascade,
  foreign key (firm_id, guide_id) references guide (firm_id, id)
);
select altiplano.expose_schema('${DEPOT}'), altiplano.isolate('firm', 'id'),
  altiplano.isolate('person', 'firm_id'), altiplano.isolate('person_firm', 'person_id', 'caller'),
  altiplano.isolate('job', 'firm_id'), altiplano.isolate('ticket', 'firm_id'), altiplano.isolate('guide', 'firm_id'),
  altiplano.isolate('visit', 'firm_id'), altiplano.isolate('visit_guide', 'firm_id');
do $$ begin
  execute format('grant insert, update, delete on job, ticket, visit, visit_guide to %I', altiplano.app_role());
end $$;
create function caller_identity(of_user uuid) returns table (role text) language sql stable security definer
begin atomic select p.role from person p where p.id = of_user; end;

insert into firm values ('${FIRM}', 'Ours'), ('${OTHER_FIRM}', 'Theirs');
insert into person values
  ('${CHIEF}', '${FIRM}', 'Chief', 'chief'), ('${WORKER}', '${FIRM}', 'Worker', 'worker'),
  ('${COLLEAGUE}', '${FIRM}', 'Colleague', 'worker'), ('${STRANGER}', '${OTHER_FIRM}', 'Stranger', 'chief');
insert into person_firm select p.id, p.firm_id from person p;
insert into guide (firm_id, name) values ('${FIRM}', 'Ada'), ('${FIRM}', 'Ben'), ('${OTHER_FIRM}', 'Cyd');
-- One job of theirs and five of ours; of every value of a ticket there are some, and of days without one too.
insert into job (id, firm_id, title, status, created_at)
select ('00000000-0000-4000-8000-0000000a00' || lpad(n::text, 2, '0'))::uuid, case n when 6 then '${OTHER_FIRM}' else '${FIRM}' end::uuid,
  'Job ' || n, (array['open', 'closed'])[1 + n % 2], timestamptz '2026-01-01 00:00Z' + n * interval '1 day'
from generate_series(1, 6) n;
insert into ticket (id, firm_id, job_id, owner_id, title, notes, status, priority, privacy, due_date, created_at)
select ('00000000-0000-4000-8000-0000000b' || lpad(n::text, 4, '0'))::uuid, j.firm_id, j.id,
  case n % 3 when 0 then null when 1 then '${WORKER}' else '${COLLEAGUE}' end::uuid,
  'Ticket ' || n, 'Notes ' || n, (array['todo', 'in_progress', 'done'])[1 + n % 3],
  (array['low', 'normal', 'high', 'urgent'])[1 + n % 4], (array['private', 'team', 'aggregate'])[1 + (n / 3) % 3],
  case when n % 5 > 0 then date '2026-02-01' + n % 11 end, timestamptz '2026-01-10 00:00Z' + (n / 2) * interval '1 hour'
from generate_series(1, 120) n
join job j on j.title = 'Job ' || (1 + n % 6);
insert into visit (firm_id, ticket_id, guide_id, made_on, minutes)
select t.firm_id, t.id, case when t.firm_id = '${FIRM}' and n in (1, 3) then (n + 1) / 2 end, t.created_at::date - n, 10 * n + length(t.title)
from ticket t cross join generate_series(1, 4) n
where t.title < 'Ticket 3'
order by t.id, n;
`;
