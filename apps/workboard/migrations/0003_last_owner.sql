-- An organization keeps an owner, whoever writes and however many at once.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

create function member_keep_owner() returns trigger
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
revoke execute on function member_keep_owner() from public;

create trigger member_keep_owner_update after update on member
  referencing old table as old_rows new table as new_rows
  for each statement execute function member_keep_owner();
create trigger member_keep_owner_delete after delete on member
  referencing old table as old_rows
  for each statement execute function member_keep_owner();

-- Down Migration
drop trigger member_keep_owner_delete on member;
drop trigger member_keep_owner_update on member;
drop function member_keep_owner();
