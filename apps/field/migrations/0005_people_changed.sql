-- People whose name changes: the update was refused (42P18, an empty array has no type). As 0004 prints it now.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

create or replace function people_bitmap_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
  where (o.id, o.name, o.code, o.email)
    is distinct from (n.id, n.name, n.code, n.email);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into people_bitmap_tail (generation, tenant_id, name, id, segment, slot, minus, plus, old_text, new_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
    n.tenant_id, n.name collate "C", n.id, p.segment, p.slot,
    '{}'::text[],
    '{}'::text[],
    case when (o.name, o.code, o.email) is distinct from (n.name, n.code, n.email) then coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.code), '') || chr(31) || coalesce(altiplano.fold(o.email), '') end,
    case when (o.name, o.code, o.email) is distinct from (n.name, n.code, n.email) then coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.code), '') || chr(31) || coalesce(altiplano.fold(n.email), '') end
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.names[array_position(b.ids, o.id)]
        when o.name collate "C" then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.names[i] = o.name collate "C")
      end as slot
      from people_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_name, b.low_id) <= (o.name collate "C", o.id)
      order by b.low_name desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.name, o.code, o.email)
    is distinct from (n.id, n.name, n.code, n.email);
  if moved then
    insert into people_bitmap_tail (generation, tenant_id, name, id, segment, slot, born, minus, old_text)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
      o.tenant_id, o.name collate "C", o.id, p.segment, p.slot, -1,
      array_remove(array[
        'live'
      ], null),
      coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.code), '') || chr(31) || coalesce(altiplano.fold(o.email), '')
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.names[array_position(b.ids, o.id)]
          when o.name collate "C" then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.names[i] = o.name collate "C")
        end as slot
        from people_bitmap_block b
        where b.tenant_id = o.tenant_id and (b.low_name, b.low_id) <= (o.name collate "C", o.id)
        order by b.low_name desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into people_bitmap_tail (generation, tenant_id, name, id, born, plus, new_text)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
      n.tenant_id, n.name collate "C", n.id, 1,
      array_remove(array[
        'live'
      ], null),
      coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.code), '') || chr(31) || coalesce(altiplano.fold(n.email), '')
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
    where o.id is null;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform people_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

-- Down Migration
-- It stays: before, it only refused.
