-- Statements that rename many users: their old and new rows are put together in one pass, whatever the plan was made for.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- As it was (0009), but a full join in a subquery of its own is never made row by row against row: the plan is made for the
-- session's first update and kept.
create or replace function organization_user_place() returns trigger
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
        select b.organization_id, b.user_id, v.user_name, v.change
        from (
          select organization_id, user_id, o.user_name as before, n.user_name as now
          from old_rows o full join new_rows n using (organization_id, user_id) offset 0
        ) b
        cross join lateral (values (b.before, -1), (b.now, 1)) v (user_name, change)
        where b.before <> b.now
      ) m having count(*) > 0;
  end case;
  return null;
end $$;

-- Down Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
create or replace function organization_user_place() returns trigger
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
