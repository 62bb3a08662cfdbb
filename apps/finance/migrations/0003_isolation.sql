-- Who sees which rows, and what the app's role may write in them. Everything is of the chosen tenant but what says which
-- tenants there are to choose from.
-- Up Migration
select altiplano.expose_schema(current_schema());

-- Accounts and transactions: of the pair, which the database makes one key of.
select altiplano.isolate('account', array['tenant_type', 'tenant_id']);
select altiplano.isolate('transaction', array['tenant_type', 'tenant_id']);
-- Users see what links them, and so their organizations and those's teams.
select altiplano.isolate('organization_link', 'user_id', 'caller');
select altiplano.show_where('organization', 'exists (select from organization_link l where l.organization_id = organization.id)');
select altiplano.show_where('team', 'exists (select from organization_link l where l.organization_id = team.organization_id)');
-- Who made an account is told to whoever sees the account, by name: addresses and digests are for no request.
select altiplano.show_where('app_user', '(select altiplano.tenant()) is not null');

-- A row for each tenant of a user: itself, organizations, their teams; and what it is there.
create view tenancy as
select l.user_id, 'organization'::text as tenant_type, l.organization_id as tenant_id, l.role from organization_link l
union all
select l.user_id, 'team', t.id, l.role from organization_link l join team t on t.organization_id = l.organization_id
union all
select u.id, 'user', u.id, 'self' from app_user u;
select altiplano.show_view('tenancy');

-- Of the tenant's organization, for who may ask; a team has that of its organization, a user none.
create function tenant_users(kind text, tenant uuid, most integer, skipped bigint)
returns table (total bigint, id uuid, email text, name text, is_active boolean, role text, organization_id uuid, organization text)
language sql stable security definer
begin atomic
  with chosen as materialized (
    select o.id, o.name from organization o
    where altiplano.tenant_key(kind, tenant) = altiplano.tenant()
      and o.id = case kind when 'organization' then tenant when 'team' then (select t.organization_id from team t where t.id = tenant) end
  ), page as (
    select u.id, u.email, u.name, u.is_active, l.role
    from chosen c join organization_link l on l.organization_id = c.id join app_user u on u.id = l.user_id
    order by u.name collate "C", u.id limit most offset skipped
  )
  select t.total, p.id, p.email, p.name, p.is_active, p.role, c.id, c.name
  from (select count(*) as total from chosen c join organization_link l on l.organization_id = c.id) t
  left join (page p cross join chosen c) on true
  order by p.name collate "C", p.id;
end;
revoke execute on function tenant_users(text, uuid, integer, bigint) from public;

-- Who changed an account last is whoever asks, and its currency is what all its transactions are in.
create function account_change() returns trigger
language plpgsql set search_path from current as $$
begin
  new.updated_by := coalesce(altiplano.caller(), new.updated_by);
  if new.currency <> old.currency then
    -- Whoever writes a transaction of the account holds its key and is waited for; the statement after sees what was written.
    perform from account a where a.id = old.id for update;
  end if;
  if new.currency <> old.currency and exists (select from transaction t where t.account_id = old.id) then
    raise exception 'An account that has transactions keeps its currency.' using errcode = 'ALT04', column = 'currency';
  end if;
  return new;
end $$;
create trigger account_change before update on account for each row
  when ((old.name, old.currency) is distinct from (new.name, new.currency)) execute function account_change();

do $$
declare
  app_role constant text := altiplano.app_role();
begin
  execute format('revoke select on app_user from %I', app_role);
  execute format('grant select (id, name, is_active) on app_user to %I', app_role);
  execute format('grant execute on function tenant_users(text, uuid, integer, bigint) to %I', app_role);
  execute format('grant insert (id, tenant_type, tenant_id, name, currency, created_by, updated_by),
                        update (name, currency, updated_at) on account to %I', app_role);
  -- No state: what is new is pending, and only the job decides.
  execute format('grant insert (id, tenant_type, tenant_id, account_id, transfer_id, amount, kind, memo, created_by)
                  on transaction to %I', app_role);
end $$;

-- Down Migration
drop trigger account_change on account;
drop function account_change();
drop function tenant_users(text, uuid, integer, bigint);
drop view tenancy;
do $$
declare
  shown text;
begin
  foreach shown in array array['app_user', 'team', 'organization', 'organization_link', 'transaction', 'account'] loop
    execute format('drop policy altiplano_tenant on %I', shown);
    execute format('drop policy altiplano_owner on %I', shown);
    execute format('alter table %I no force row level security, disable row level security', shown);
    execute format('revoke all on %I from %I', shown, altiplano.app_role());
  end loop;
  execute format('revoke usage on schema %I from %I', current_schema(), altiplano.app_role());
end $$;
-- The keys that row security compared with.
alter table transaction drop column tenant_key;
alter table account drop column tenant_key;
