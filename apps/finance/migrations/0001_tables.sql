-- The contract's tables. A tenant is an organization, a team or a user, and said with the pair (tenant_type, tenant_id); a foreign key
-- carries the pair, so a transaction is of its account's tenant.
-- Up Migration
create table organization (
  id uuid primary key default gen_random_uuid(),
  name varchar(200) not null
);

create table team (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organization,
  name varchar(200) not null
);

create table app_user (
  id uuid primary key default gen_random_uuid(),
  email varchar(254) not null constraint app_user_email unique,
  -- Null: signs in with nothing.
  password_digest text,
  name varchar(200) not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);

create table organization_link (
  user_id uuid not null references app_user on delete cascade,
  organization_id uuid not null references organization on delete cascade,
  role text not null constraint organization_link_role check (role in ('owner', 'accountant', 'viewer')),
  primary key (organization_id, user_id)
);

create table account (
  id uuid primary key default gen_random_uuid(),
  tenant_type text not null constraint account_tenant_type check (tenant_type in ('organization', 'team', 'user')),
  tenant_id uuid not null,
  name varchar(200) not null,
  -- Those of ISO 4217 that are counted in hundredths and that anybody asked for.
  currency char(3) not null constraint account_currency check (currency in (
    'AUD', 'BRL', 'CAD', 'CHF', 'CNY', 'CZK', 'DKK', 'EUR', 'GBP', 'HKD', 'ILS', 'INR',
    'MXN', 'NOK', 'NZD', 'PLN', 'RON', 'SEK', 'SGD', 'THB', 'TRY', 'USD', 'ZAR')),
  -- What is posted, added up by a trigger of `transaction` in the transaction that posts: a lock on this row is a lock on the sum.
  balance numeric(38, 2) not null default 0,
  created_by uuid not null references app_user,
  updated_by uuid not null references app_user,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Whoever posts holds the row, so no two withdrawals can both be covered by what covers one.
  constraint account_covered check (balance >= 0),
  constraint account_times check (created_at >= '0001-01-01' and created_at < '10000-01-01'),
  constraint account_of_tenant unique (id, tenant_id, tenant_type),
  -- A pair points into one of three tables: the column of the one that it means holds the id, and refers to it.
  of_organization uuid generated always as (case tenant_type when 'organization' then tenant_id end) stored
    constraint account_organization references organization,
  of_team uuid generated always as (case tenant_type when 'team' then tenant_id end) stored constraint account_team references team,
  of_user uuid generated always as (case tenant_type when 'user' then tenant_id end) stored constraint account_user references app_user
);

create table transaction (
  id uuid primary key default gen_random_uuid(),
  tenant_type text not null,
  tenant_id uuid not null,
  account_id uuid not null,
  -- Of both legs of a transfer the same: the id of the one that gives.
  transfer_id uuid,
  -- Signed: what comes in is above zero, what goes out below. The sum of the posted ones is the balance.
  amount numeric(18, 2) not null constraint transaction_amount check (amount <> 0 and amount <> 'NaN'),
  kind text not null constraint transaction_kind check (kind in ('deposit', 'withdrawal', 'transfer', 'fee')),
  status text not null default 'pending' constraint transaction_status check (status in ('pending', 'posted', 'failed')),
  memo varchar(500),
  failure varchar(200),
  created_by uuid not null references app_user,
  created_at timestamptz not null default now(),
  posted_at timestamptz,
  constraint transaction_account foreign key (account_id, tenant_id, tenant_type) references account (id, tenant_id, tenant_type),
  constraint transaction_sign check (case kind when 'deposit' then amount > 0 when 'transfer' then true else amount < 0 end),
  constraint transaction_transfer check ((kind = 'transfer') = (transfer_id is not null)),
  constraint transaction_posted check ((status = 'posted') = (posted_at is not null)),
  constraint transaction_failed check ((status = 'failed') = (failure is not null)),
  constraint transaction_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

-- Down Migration
do $$ begin
  if exists (select from organization) or exists (select from app_user) then
    raise exception 'the tables hold rows: reverting 0001 would drop them'
      using hint = format('If they are not needed any more: drop schema %I cascade;', current_schema());
  end if;
end $$;
drop table transaction, account, organization_link, app_user, team, organization;
