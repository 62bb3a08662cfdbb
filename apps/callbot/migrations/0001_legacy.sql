-- The described production schema as it stands before Altiplano: the contract's tables with the single-column indexes
-- of the description. The migrations after it lead a populated database from here to ours: where the tables exist, in
-- whatever schema, they are adopted as they are.
-- Up Migration
create table if not exists workspace (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null default now()
);

create table if not exists employee (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace,
  name text not null,
  email text not null
);

create table if not exists app_user (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  name text not null,
  role text not null check (role in ('admin', 'manager', 'employee')),
  employee_id uuid references employee
);

create table if not exists app_user_workspaces (
  user_id uuid not null references app_user on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  primary key (user_id, workspace_id)
);

create table if not exists label (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace,
  name text not null
);

create table if not exists customer (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace,
  name varchar(255) not null,
  email varchar(254),
  phone varchar(20) not null,
  carrier varchar(50),
  status varchar(20) check (status in ('active', 'inactive', 'blocked', 'pending')),
  quality varchar(20) check (quality in ('hot', 'warm', 'cold', 'dead')),
  call_status varchar(20) check (call_status in ('pending', 'calling', 'completed', 'failed')),
  duration float8 not null default 0,
  is_test bool not null default false,
  checked bool not null default false,
  other_attributes jsonb not null default '{}',
  is_deleted bool not null default false,
  deleted_at timestamptz,
  employee_id uuid references employee,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists customer_campaign_labels (
  customer_id uuid not null references customer on delete cascade,
  label_id uuid not null references label on delete cascade,
  primary key (customer_id, label_id)
);

create table if not exists call_campaign (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace,
  name text not null,
  status varchar(20) not null check (status in ('draft', 'active', 'completed')),
  created_at timestamptz not null default now()
);

create table if not exists call_campaign_customer (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace,
  campaign_id uuid not null references call_campaign on delete cascade,
  customer_id uuid not null references customer on delete cascade,
  status varchar(20) not null check (status in ('pending', 'calling', 'completed', 'failed')),
  created_at timestamptz not null default now()
);

create table if not exists call (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace,
  customer_id uuid not null references customer on delete cascade,
  campaign_customer_id uuid references call_campaign_customer on delete set null,
  direction varchar(10) not null check (direction in ('inbound', 'outbound')),
  status varchar(20) not null check (status in ('completed', 'missed', 'busy')),
  duration float8 not null default 0,
  duration_seconds int not null default 0,
  recording_url text,
  transcript text,
  sentiment_score float8 check (sentiment_score between -1 and 1),
  call_type varchar(20) not null check (call_type in ('campaign', 'direct', 'callback')),
  billing_rate numeric(10, 4),
  is_deleted bool not null default false,
  created_at timestamptz not null default now()
);

-- Not where there are rows: a build would keep live writers out, and even looking would make them queue.
do $$ begin
  if not exists (select from workspace) then
    create index if not exists idx_customer_workspace_id on customer (workspace_id);
    create index if not exists idx_customer_employee_id on customer (employee_id);
    create index if not exists idx_customer_campaign_labels_label_id on customer_campaign_labels (label_id);
    create index if not exists idx_call_campaign_customer_customer_id on call_campaign_customer (customer_id);
    create index if not exists idx_call_campaign_customer_campaign_id on call_campaign_customer (campaign_id);
    create index if not exists idx_call_workspace_id on call (workspace_id);
    create index if not exists idx_call_customer_id on call (customer_id);
    create index if not exists idx_call_campaign_customer_id on call (campaign_customer_id);
  end if;
end $$;

-- Down Migration
do $$ begin
  if exists (select from customer) or exists (select from workspace) then
    raise exception 'the tables hold rows: reverting 0001 would drop them'
      using hint = format('If they are not needed any more: drop schema %I cascade;', current_schema());
  end if;
end $$;
drop table call, call_campaign_customer, call_campaign, customer_campaign_labels, customer, label,
           app_user_workspaces, app_user, employee, workspace;
