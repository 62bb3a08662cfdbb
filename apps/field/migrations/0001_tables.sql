-- The contract's tables. A child carries its parent's tenant, and its foreign key both, so no row can point across.
-- Up Migration
create table tenant (
  id uuid primary key default gen_random_uuid(),
  name varchar(200) not null,
  is_active boolean not null default true
);

create table people (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenant,
  code varchar(50) not null,
  name varchar(200) not null,
  email varchar(254),
  mobile varchar(20),
  department varchar(100),
  is_active boolean not null default true,
  role varchar(20) not null default 'worker' constraint people_role check (role in ('worker', 'supervisor', 'counsellor')),
  created_at timestamptz not null default now(),
  constraint people_code unique (tenant_id, code),
  -- What foreign keys refer to; with the name, embedding who a point is of touches no row of this table.
  constraint people_tenant_key unique (tenant_id, id) include (name)
);

create table tracking (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  people_id bigint not null,
  identifier varchar(20) not null
    constraint tracking_identifier check (identifier in ('conveyance', 'external', 'internal', 'site', 'trip')),
  deviceid varchar(100) not null,
  receiveddate timestamptz not null,
  latitude float8 not null constraint tracking_latitude check (latitude between -90 and 90),
  longitude float8 not null constraint tracking_longitude check (longitude between -180 and 180),
  accuracy float8 constraint tracking_accuracy check (accuracy >= 0 and accuracy < 'infinity'),
  payload jsonb not null default '{}',
  -- A cursor is a time as text: years 1 to 9999, as the contract's ISO 8601 writes them.
  constraint tracking_times check (receiveddate >= '0001-01-01' and receiveddate < '10000-01-01'),
  -- One point a device and instant, however often it is sent.
  constraint tracking_point unique (tenant_id, deviceid, receiveddate),
  constraint tracking_people foreign key (tenant_id, people_id) references people (tenant_id, id)
);

create table journal_entry (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  user_id bigint not null,
  entry_type varchar(20) not null
    constraint journal_entry_type check (entry_type in ('mood', 'gratitude', 'stress', 'incident', 'note')),
  privacy_scope varchar(20) not null
    constraint journal_entry_scope check (privacy_scope in ('private', 'manager', 'team', 'aggregate')),
  timestamp timestamptz not null default now(),
  title varchar(200) not null,
  -- Ciphertext, and nothing that SQL could look into; null: nothing was written.
  content text,
  mood_rating smallint constraint journal_entry_mood check (mood_rating between 1 and 10),
  stress_level smallint constraint journal_entry_stress check (stress_level between 1 and 5),
  is_deleted boolean not null default false,
  constraint journal_entry_times check (timestamp >= '0001-01-01' and timestamp < '10000-01-01'),
  constraint journal_entry_user foreign key (tenant_id, user_id) references people (tenant_id, id)
);

create table wellness_report (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenant,
  period_start date not null,
  period_end date not null,
  people integer not null,
  entries integer not null,
  average_mood numeric(4, 2),
  average_stress numeric(4, 2),
  at_risk integer not null,
  created_at timestamptz not null default now(),
  constraint wellness_report_period unique (tenant_id, period_start, period_end),
  constraint wellness_report_dates check (period_start <= period_end)
);

-- Down Migration
do $$ begin
  if exists (select from wellness_report) or exists (select from journal_entry) or exists (select from tracking)
     or exists (select from people) or exists (select from tenant) then
    raise exception 'the tables hold rows' using hint = 'Empty them first: truncate tenant cascade';
  end if;
end $$;
drop table wellness_report;
drop table journal_entry;
drop table tracking;
drop table people;
drop table tenant;
