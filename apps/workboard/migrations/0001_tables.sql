-- Organizations with their members, projects, tasks and API keys. The organization leads every key, and every foreign key
-- carries it: a task is of its project's organization, an assignee and an owner are of the same one.
-- Up Migration
create table organization (
  id uuid primary key default gen_random_uuid(),
  name varchar(200) not null,
  slug varchar(100) not null unique,
  created_at timestamptz not null default now()
);

create table member (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null references organization on delete cascade,
  email varchar(254) not null,
  name varchar(200) not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  primary key (organization_id, id),
  unique (organization_id, email),
  constraint member_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

create table project (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null references organization on delete cascade,
  owner_id uuid not null,
  name varchar(200) not null,
  description text not null default '',
  status text not null default 'active' check (status in ('active', 'archived')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  -- A member who owns projects stays until they have another owner.
  constraint project_owner foreign key (organization_id, owner_id) references member (organization_id, id),
  constraint project_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

create table task (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  project_id uuid not null,
  assignee_id uuid,
  title varchar(300) not null,
  description text not null default '',
  status text not null default 'todo' check (status in ('todo', 'in_progress', 'done')),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  due_date date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint task_project foreign key (organization_id, project_id)
    references project (organization_id, id) on delete cascade,
  -- Whoever leaves, leaves the work behind.
  constraint task_assignee foreign key (organization_id, assignee_id)
    references member (organization_id, id) on delete set null (assignee_id),
  constraint task_times check (created_at >= '0001-01-01' and created_at < '10000-01-01'),
  constraint task_due check (due_date >= '0001-01-01' and due_date < '10000-01-01')
);

create table api_key (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null references organization on delete cascade,
  name varchar(200) not null,
  prefix text not null unique,
  -- Of the secret, keyed: the secret itself is told once and kept nowhere.
  digest bytea not null check (octet_length(digest) = 32),
  scopes text[] not null check (
    scopes <@ '{projects:read,projects:write,tasks:read,tasks:write,audit:read,keys:admin}'::text[]),
  created_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  is_revoked boolean not null default false check (is_revoked = (revoked_at is not null)),
  primary key (organization_id, id),
  -- A key speaks for nobody once its maker has left.
  constraint api_key_maker foreign key (organization_id, created_by)
    references member (organization_id, id) on delete cascade,
  constraint api_key_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

-- Down Migration
do $$ begin
  if exists (select from organization) then
    raise exception 'the tables hold rows: reverting 0001 would drop them'
      using hint = format('If they are not needed any more: drop schema %I cascade;', current_schema());
  end if;
end $$;
drop table api_key, task, project, member, organization;
