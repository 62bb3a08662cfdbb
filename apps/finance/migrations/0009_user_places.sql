-- How many users stand before a place: an organization's links are counted in blocks, in the order of its pages. A page deep in the list
-- adds up the blocks before it (60 for 15,000 users), and passes over 511 index entries at most.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

create table organization_user_block (
  organization_id uuid not null references organization on delete cascade,
  -- Where it begins: it holds who stands from here on, up to where the next one does.
  user_name varchar(200) collate "C" not null,
  user_id uuid not null,
  users integer not null constraint organization_user_block_users check (users >= 0),
  primary key (organization_id, user_name, user_id)
) with (fillfactor = 70);

-- Counts who came (1) and who went (-1). The organizations' rows are the lock, in key order; a block that holds more than 512 becomes
-- several of 256, one that holds nobody goes, but for the first.
create function count_user_places(organizations uuid[], names text[], users uuid[], changes integer[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  block organization_user_block;
begin
  perform from organization o where o.id = any (organizations) order by o.id for no key update;
  insert into organization_user_block (organization_id, user_name, user_id, users)
  select o.id, '', nobody, 0 from organization o where o.id = any (organizations) order by o.id on conflict do nothing;
  for block in
    update organization_user_block b set users = b.users + c.change
    from (
      select p.organization_id, p.user_name, p.user_id, sum(u.change) as change
      from unnest(organizations, names, users, changes) u (organization_id, user_name, user_id, change)
      cross join lateral (
        select s.organization_id, s.user_name, s.user_id from organization_user_block s
        where s.organization_id = u.organization_id and (s.user_name, s.user_id) <= (u.user_name collate "C", u.user_id)
        order by s.user_name desc, s.user_id desc limit 1
      ) p
      group by 1, 2, 3
    ) c
    where (b.organization_id, b.user_name, b.user_id) = (c.organization_id, c.user_name, c.user_id) and c.change <> 0
    returning b.*
  loop
    if block.users > 512 then
      insert into organization_user_block (organization_id, user_name, user_id, users)
      select block.organization_id, l.user_name, l.user_id, least(256, block.users - l.place)
      from (
        select l.user_name, l.user_id, row_number() over (order by l.user_name collate "C", l.user_id) - 1 as place
        from organization_link l
        where l.organization_id = block.organization_id and (l.user_name collate "C", l.user_id) >= (block.user_name, block.user_id)
        order by l.user_name collate "C", l.user_id limit block.users
      ) l
      where l.place > 0 and l.place % 256 = 0;
      update organization_user_block b set users = 256
      where (b.organization_id, b.user_name, b.user_id) = (block.organization_id, block.user_name, block.user_id);
    elsif block.users = 0 and (block.user_name, block.user_id) <> ('', nobody) then
      delete from organization_user_block b
      where (b.organization_id, b.user_name, b.user_id) = (block.organization_id, block.user_name, block.user_id);
    end if;
  end loop;
end $$;

create function organization_user_place() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  case tg_op
    when 'INSERT' then
      perform count_user_places(array_agg(n.organization_id), array_agg(n.user_name), array_agg(n.user_id), array_agg(1))
      from new_rows n having count(*) > 0;
    when 'DELETE' then
      perform count_user_places(array_agg(o.organization_id), array_agg(o.user_name), array_agg(o.user_id), array_agg(-1))
      from old_rows o having count(*) > 0;
    else
      perform count_user_places(array_agg(m.organization_id), array_agg(m.user_name), array_agg(m.user_id), array_agg(m.change))
      from (
        select v.organization_id, v.user_id, v.user_name, v.change
        from old_rows o join new_rows n using (organization_id, user_id)
        cross join lateral (
          values (o.organization_id, o.user_id, o.user_name, -1), (n.organization_id, n.user_id, n.user_name, 1)
        ) v (organization_id, user_id, user_name, change)
        where o.user_name <> n.user_name
      ) m having count(*) > 0;
  end case;
  return null;
end $$;
create trigger organization_user_place_insert after insert on organization_link referencing new table as new_rows
  for each statement execute function organization_user_place();
create trigger organization_user_place_update after update on organization_link
  referencing old table as old_rows new table as new_rows for each statement execute function organization_user_place();
create trigger organization_user_place_delete after delete on organization_link referencing old table as old_rows
  for each statement execute function organization_user_place();
revoke execute on function count_user_places(uuid[], text[], uuid[], integer[]), organization_user_place() from public;
do $$ begin execute format('revoke all on organization_user_block from %I', altiplano.app_role()); end $$;

insert into organization_user_block (organization_id, user_name, user_id, users)
select l.organization_id, case l.place when 0 then '' else l.user_name end,
  case l.place when 0 then '00000000-0000-0000-0000-000000000000' else l.user_id end, least(256, l.total - l.place)
from (
  select l.organization_id, l.user_name, l.user_id, count(*) over (partition by l.organization_id) as total,
    row_number() over (partition by l.organization_id order by l.user_name collate "C", l.user_id) - 1 as place
  from organization_link l
) l
where l.place % 256 = 0;

create or replace function tenant_users(kind text, tenant uuid, most integer, skipped bigint)
returns table (total bigint, id uuid, email text, name text, is_active boolean, role text, organization_id uuid, organization text)
language sql stable security definer
begin atomic
  with chosen as materialized (
    select o.id, o.name, o.user_count from organization o
    where altiplano.tenant_key(kind, tenant) = altiplano.tenant()
      and o.id = case kind when 'organization' then tenant when 'team' then (select t.organization_id from team t where t.id = tenant) end
  ), start as materialized (
    -- The block in which the page begins; past the end the last one.
    select s.user_name, s.user_id, s.before from (
      select b.user_name, b.user_id, sum(b.users) over (order by b.user_name, b.user_id) - b.users as before
      from organization_user_block b where b.organization_id = (select c.id from chosen c)
    ) s
    where s.before <= skipped order by s.user_name desc, s.user_id desc limit 1
  ), page as materialized (
    select l.user_id, l.user_name, l.role from organization_link l
    where l.organization_id = (select c.id from chosen c) and skipped < (select c.user_count from chosen c)
      and (l.user_name collate "C", l.user_id) >= ((select s.user_name from start s), (select s.user_id from start s))
    order by l.user_name collate "C", l.user_id limit most offset skipped - (select s.before from start s)
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
drop trigger organization_user_place_delete on organization_link;
drop trigger organization_user_place_update on organization_link;
drop trigger organization_user_place_insert on organization_link;
drop function organization_user_place();
drop function count_user_places(uuid[], text[], uuid[], integer[]);
drop table organization_user_block;
