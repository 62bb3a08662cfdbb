-- Statements that change many members: their old and new rows are told apart in one pass, whatever the plan was made for.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- As it was (0003), but for the anti join: the plan is made for the session's first update and kept, and would look at each new
-- row for each old one.
create or replace function member_keep_owner() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  left_by uuid[];
begin
  if tg_op = 'DELETE' then
    left_by := array(select distinct o.organization_id from old_rows o where o.role = 'owner');
  else
    left_by := array(
      select distinct g.organization_id
      from (
        select o.organization_id, o.id from old_rows o where o.role = 'owner'
        except
        select n.organization_id, n.id from new_rows n where n.role = 'owner'
      ) g);
  end if;
  if left_by = '{}' then
    return null;
  end if;
  -- Those who leave one organization take turns: the second then counts without the first. In an older snapshot, which would
  -- not see that, the update fails instead. An organization that is being deleted is no longer there.
  perform from organization o where o.id = any (left_by) order by o.id for no key update;
  update organization o set slug = o.slug where o.id = any (left_by);
  if exists (
    select from organization o
    where o.id = any (left_by)
      and not exists (select from member m where m.organization_id = o.id and m.role = 'owner')
  ) then
    raise exception 'The last owner cannot leave: name another owner first.' using errcode = 'ALT04', column = 'role';
  end if;
  return null;
end $$;

-- Down Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
create or replace function member_keep_owner() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  left_by uuid[];
begin
  if tg_op = 'DELETE' then
    left_by := array(select distinct o.organization_id from old_rows o where o.role = 'owner');
  else
    left_by := array(
      select distinct o.organization_id from old_rows o
      where o.role = 'owner' and not exists (
        select from new_rows n where n.organization_id = o.organization_id and n.id = o.id and n.role = 'owner'));
  end if;
  if left_by = '{}' then
    return null;
  end if;
  -- Those who leave one organization take turns: the second then counts without the first. In an older snapshot, which would
  -- not see that, the update fails instead. An organization that is being deleted is no longer there.
  perform from organization o where o.id = any (left_by) order by o.id for no key update;
  update organization o set slug = o.slug where o.id = any (left_by);
  if exists (
    select from organization o
    where o.id = any (left_by)
      and not exists (select from member m where m.organization_id = o.id and m.role = 'owner')
  ) then
    raise exception 'The last owner cannot leave: name another owner first.' using errcode = 'ALT04', column = 'role';
  end if;
  return null;
end $$;
