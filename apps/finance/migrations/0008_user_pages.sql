-- Pages of an organization's users: a link says its user's name, which an index can be in order of, and an organization how many there are.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

alter table organization add column user_count integer not null default 0;
alter table organization_link add column user_name varchar(200);
update organization_link l set user_name = u.name from app_user u where u.id = l.user_id;
alter table organization_link alter column user_name set not null;
update organization o set user_count = (select count(*) from organization_link l where l.organization_id = o.id);
create index idx_organization_link_name on organization_link (organization_id, user_name collate "C", user_id) include (role);

-- The user is held until the link is there: whoever renames it meanwhile waits, and then finds the link.
create function organization_link_name() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  select u.name into new.user_name from app_user u where u.id = new.user_id for share;
  return new;
end $$;
create trigger organization_link_name before insert on organization_link for each row execute function organization_link_name();

create function organization_link_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a link keeps its user and its organization' using errcode = 'check_violation',
    constraint = 'organization_link_kept', table = 'organization_link', hint = 'Delete it and make another.';
end $$;
create trigger organization_link_kept before update on organization_link for each row
  when ((old.user_id, old.organization_id) is distinct from (new.user_id, new.organization_id))
  execute function organization_link_kept();

create function app_user_renamed() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  update organization_link l set user_name = new.name where l.user_id = new.id;
  return null;
end $$;
create trigger app_user_renamed after update on app_user for each row
  when (old.name is distinct from new.name) execute function app_user_renamed();

-- Organizations in key order: two statements that link users to the same ones do not meet in a circle.
create function organization_user_count() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  change constant integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  perform from organization o where o.id in (select t.organization_id from touched t) order by o.id for no key update;
  update organization o set user_count = o.user_count + change * n.count
  from (select t.organization_id, count(*) as count from touched t group by 1) n where o.id = n.organization_id;
  return null;
end $$;
create trigger organization_user_count_insert after insert on organization_link referencing new table as touched
  for each statement execute function organization_user_count();
create trigger organization_user_count_delete after delete on organization_link referencing old table as touched
  for each statement execute function organization_user_count();
revoke execute on function organization_link_name(), app_user_renamed(), organization_user_count() from public;

create or replace function tenant_users(kind text, tenant uuid, most integer, skipped bigint)
returns table (total bigint, id uuid, email text, name text, is_active boolean, role text, organization_id uuid, organization text)
language sql stable security definer
begin atomic
  with chosen as materialized (
    select o.id, o.name, o.user_count from organization o
    where altiplano.tenant_key(kind, tenant) = altiplano.tenant()
      and o.id = case kind when 'organization' then tenant when 'team' then (select t.organization_id from team t where t.id = tenant) end
  ), page as materialized (
    -- What is skipped is skipped in the index.
    select l.user_id, l.user_name, l.role from organization_link l
    where l.organization_id = (select c.id from chosen c)
    order by l.user_name collate "C", l.user_id limit most offset skipped
  )
  select t.total, p.user_id, u.email, p.user_name, u.is_active, p.role, c.id, c.name
  from (select coalesce(max(o.user_count), 0)::bigint as total from chosen o) t
  left join (page p join app_user u on u.id = p.user_id cross join chosen c) on true
  order by p.user_name collate "C", p.user_id;
end;

-- Down Migration
create or replace function tenant_users(kind text, tenant uuid, most integer, skipped bigint)
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
drop trigger organization_user_count_delete on organization_link;
drop trigger organization_user_count_insert on organization_link;
drop function organization_user_count();
drop trigger app_user_renamed on app_user;
drop function app_user_renamed();
drop trigger organization_link_kept on organization_link;
drop function organization_link_kept();
drop trigger organization_link_name on organization_link;
drop function organization_link_name();
drop index idx_organization_link_name;
alter table organization_link drop column user_name;
alter table organization drop column user_count;
