-- Rollups: figures kept for each parent, exact in every snapshot. Printed by the declaration (packages/altiplano/src/rollup);
-- docs/decisions/0007-rollups.md says how they work.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- project_task_rollup: figures over the live rows of task, for each project_id.

create table project_task_rollup (
  organization_id uuid not null,
  project_id uuid not null,
  rows bigint not null default 0,
  open_tasks bigint not null default 0,
  done_tasks bigint not null default 0,
  folded pg_snapshot not null,
  primary key (organization_id, project_id)
) with (
  fillfactor = 75,
  -- Cells of a busy parent stay in its row: out of line, each of three arrays would cost every page a look into TOAST.
  toast_tuple_target = 8160
);
-- Pages look parents up one by one: a bucket is one buffer where the key's tree is three, and a row is entered once.
create index on project_task_rollup using hash (project_id);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table project_task_rollup_delta (
  generation smallint not null,
  organization_id uuid not null,
  project_id uuid not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  open_tasks bigint not null,
  done_tasks bigint not null
) partition by list (generation);
create index on project_task_rollup_delta (organization_id, project_id, writer);
create index on project_task_rollup_delta (writer);
create table project_task_rollup_delta_0 partition of project_task_rollup_delta for values in (0);
create table project_task_rollup_delta_1 partition of project_task_rollup_delta for values in (1);

select altiplano.isolate('project_task_rollup', 'organization_id');
select altiplano.isolate('project_task_rollup_delta', 'organization_id');
select altiplano.isolate('project_task_rollup_delta_0', 'organization_id');
select altiplano.isolate('project_task_rollup_delta_1', 'organization_id');

create function project_task_rollup_fold(tenants uuid[], parents uuid[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set extra_float_digits = 1 as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into project_task_rollup (organization_id, project_id, folded)
  select k.organization_id, k.project_id, '1:1:' -- nothing is visible in it
  from unnest(tenants, parents) as k (organization_id, project_id)
  where not exists (select from project_task_rollup b where b.organization_id = k.organization_id and b.project_id = k.project_id)
    and (exists (select from project_task_rollup_delta_0 d where d.organization_id = k.organization_id and d.project_id = k.project_id)
      or exists (select from project_task_rollup_delta_1 d where d.organization_id = k.organization_id and d.project_id = k.project_id))
  order by 1, 2
  on conflict do nothing;

  select array_agg(b.organization_id), array_agg(b.project_id) into tenants, parents
  from (
    select b.organization_id, b.project_id
    from unnest(tenants, parents) as k (organization_id, project_id) join project_task_rollup b using (organization_id, project_id)
    order by 1, 2
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(tenants, parents) as k (organization_id, project_id) join project_task_rollup b using (organization_id, project_id)
    cross join lateral (
      select d.* from project_task_rollup_delta_0 d
      where d.organization_id = b.organization_id and d.project_id = b.project_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
      union all
      select d.* from project_task_rollup_delta_1 d
      where d.organization_id = b.organization_id and d.project_id = b.project_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
    ) d
  ), sums as (
    select d.organization_id, d.project_id, count(*) as deltas, sum(d.rows) as rows,
      sum(d.open_tasks) as open_tasks,
      sum(d.done_tasks) as done_tasks
    from due d group by 1, 2
  ), folded as (
    update project_task_rollup b
    set rows = b.rows + s.rows,
        open_tasks = b.open_tasks + s.open_tasks,
        done_tasks = b.done_tasks + s.done_tasks,
        folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s
    join project_task_rollup o using (organization_id, project_id)
    where b.organization_id = s.organization_id and b.project_id = s.project_id
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function project_task_rollup_fold(uuid[], uuid[]) from public;

-- Past 1000 unfolded deltas a writer folds: what others committed into the base row, its own into one delta.
create function project_task_rollup_bound(of_tenant uuid, of_parent uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  own_deltas bigint;
  other_deltas bigint;
begin
  select count(*) filter (where d.writer = own), count(*) filter (where d.writer <> own) into own_deltas, other_deltas
  from (select) one
  left join project_task_rollup b on b.organization_id = of_tenant and b.project_id = of_parent
  cross join lateral (
    select d.writer from project_task_rollup_delta_0 d
    where d.organization_id = of_tenant and d.project_id = of_parent
      and d.writer >= coalesce(pg_snapshot_xmin(b.folded), '0')
      and pg_visible_in_snapshot(d.writer, b.folded) is not true
    union all
    select d.writer from project_task_rollup_delta_1 d
    where d.organization_id = of_tenant and d.project_id = of_parent
      and d.writer >= coalesce(pg_snapshot_xmin(b.folded), '0')
      and pg_visible_in_snapshot(d.writer, b.folded) is not true
  ) d;
  if other_deltas > 1000
     and exists (select from altiplano.rollup r
                 where r.name = 'project_task_rollup' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'project_task_rollup'::regclass) and r.state = 'ready') then
    begin
      perform project_task_rollup_fold(array[of_tenant], array[of_parent]);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
    end;
  end if;
  if own_deltas > 1000 then
    perform project_task_rollup_gather(of_tenant, of_parent);
  end if;
end $$;

create function project_task_rollup_gather(of_tenant uuid, of_parent uuid) returns void
language plpgsql as $$
begin
  with own as (
    delete from project_task_rollup_delta d
    where d.organization_id = of_tenant and d.project_id = of_parent and d.writer = pg_current_xact_id()
    returning d.*
  ), parent as (
    select max(d.generation) as generation, d.organization_id, d.project_id, sum(d.rows)::bigint as rows,
      sum(d.open_tasks)::bigint as open_tasks,
      sum(d.done_tasks)::bigint as done_tasks
    from own d group by 2, 3
  )
  insert into project_task_rollup_delta (
    generation, organization_id, project_id, rows, open_tasks, done_tasks)
  select
    p.generation,
    p.organization_id, p.project_id,
    p.rows,
    p.open_tasks,
    p.done_tasks
  from parent p;
end $$;

revoke execute on function project_task_rollup_bound(uuid, uuid), project_task_rollup_gather(uuid, uuid) from public;

create function project_task_rollup_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.organization_id, r.project_id having count(*) > 8) then
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where true
    )
    insert into project_task_rollup_delta (
      generation, organization_id, project_id, rows, open_tasks, done_tasks)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'project_task_rollup'), 0),
      c.organization_id, c.project_id,
      c.sign,
      case when c.status in ('todo', 'in_progress') then c.sign else 0 end,
      case when c.status = 'done' then c.sign else 0 end
    from changed c;
  else
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where true
    ), moment as (
      select
        c.organization_id, c.project_id,
        sum(c.sign) as rows,
        coalesce(sum(c.sign) filter (where c.status in ('todo', 'in_progress')), 0) as open_tasks,
        coalesce(sum(c.sign) filter (where c.status = 'done'), 0) as done_tasks
      from changed c
      group by 1, 2
    ), parent as (
      select
        m.organization_id, m.project_id,
        sum(m.rows)::bigint as rows,
        sum(m.open_tasks)::bigint as open_tasks,
        sum(m.done_tasks)::bigint as done_tasks
      from moment m
      group by 1, 2
    )
    insert into project_task_rollup_delta (
      generation, organization_id, project_id, rows, open_tasks, done_tasks)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'project_task_rollup'), 0),
      p.organization_id, p.project_id,
      p.rows,
      p.open_tasks,
      p.done_tasks
    from parent p
    order by p.organization_id, p.project_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform project_task_rollup_bound(t.organization_id, t.project_id)
    from (select organization_id, project_id from new_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create function project_task_rollup_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.organization_id, r.project_id having count(*) > 8) then
    with gone as (
      select o.organization_id, o.project_id, o.status from old_rows o where true
      except all
      select n.organization_id, n.project_id, n.status from new_rows n where true
    ), come as (
      select n.organization_id, n.project_id, n.status from new_rows n where true
      except all
      select o.organization_id, o.project_id, o.status from old_rows o where true
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    )
    insert into project_task_rollup_delta (
      generation, organization_id, project_id, rows, open_tasks, done_tasks)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'project_task_rollup'), 0),
      c.organization_id, c.project_id,
      c.sign,
      case when c.status in ('todo', 'in_progress') then c.sign else 0 end,
      case when c.status = 'done' then c.sign else 0 end
    from changed c;
  else
    with gone as (
      select o.organization_id, o.project_id, o.status from old_rows o where true
      except all
      select n.organization_id, n.project_id, n.status from new_rows n where true
    ), come as (
      select n.organization_id, n.project_id, n.status from new_rows n where true
      except all
      select o.organization_id, o.project_id, o.status from old_rows o where true
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    ), moment as (
      select
        c.organization_id, c.project_id,
        sum(c.sign) as rows,
        coalesce(sum(c.sign) filter (where c.status in ('todo', 'in_progress')), 0) as open_tasks,
        coalesce(sum(c.sign) filter (where c.status = 'done'), 0) as done_tasks
      from changed c
      group by 1, 2
    ), parent as (
      select
        m.organization_id, m.project_id,
        sum(m.rows)::bigint as rows,
        sum(m.open_tasks)::bigint as open_tasks,
        sum(m.done_tasks)::bigint as done_tasks
      from moment m
      group by 1, 2
    )
    insert into project_task_rollup_delta (
      generation, organization_id, project_id, rows, open_tasks, done_tasks)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'project_task_rollup'), 0),
      p.organization_id, p.project_id,
      p.rows,
      p.open_tasks,
      p.done_tasks
    from parent p
    order by p.organization_id, p.project_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform project_task_rollup_bound(t.organization_id, t.project_id)
    from (select organization_id, project_id from old_rows union select organization_id, project_id from new_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create function project_task_rollup_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from old_rows r group by r.organization_id, r.project_id having count(*) > 8) then
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where true
    )
    insert into project_task_rollup_delta (
      generation, organization_id, project_id, rows, open_tasks, done_tasks)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'project_task_rollup'), 0),
      c.organization_id, c.project_id,
      c.sign,
      case when c.status in ('todo', 'in_progress') then c.sign else 0 end,
      case when c.status = 'done' then c.sign else 0 end
    from changed c;
  else
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where true
    ), moment as (
      select
        c.organization_id, c.project_id,
        sum(c.sign) as rows,
        coalesce(sum(c.sign) filter (where c.status in ('todo', 'in_progress')), 0) as open_tasks,
        coalesce(sum(c.sign) filter (where c.status = 'done'), 0) as done_tasks
      from changed c
      group by 1, 2
    ), parent as (
      select
        m.organization_id, m.project_id,
        sum(m.rows)::bigint as rows,
        sum(m.open_tasks)::bigint as open_tasks,
        sum(m.done_tasks)::bigint as done_tasks
      from moment m
      group by 1, 2
    )
    insert into project_task_rollup_delta (
      generation, organization_id, project_id, rows, open_tasks, done_tasks)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'project_task_rollup'), 0),
      p.organization_id, p.project_id,
      p.rows,
      p.open_tasks,
      p.done_tasks
    from parent p
    order by p.organization_id, p.project_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform project_task_rollup_bound(t.organization_id, t.project_id)
    from (select organization_id, project_id from old_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create function project_task_rollup_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate project_task_rollup, project_task_rollup_delta;
  return null;
end $$;

revoke execute on function project_task_rollup_insert(), project_task_rollup_update(), project_task_rollup_delete(), project_task_rollup_truncate() from public;

create trigger altiplano_project_task_rollup_insert after insert on task
  referencing new table as new_rows for each statement execute function project_task_rollup_insert();
create trigger altiplano_project_task_rollup_update after update on task
  referencing old table as old_rows new table as new_rows for each statement execute function project_task_rollup_update();
create trigger altiplano_project_task_rollup_delete after delete on task
  referencing old table as old_rows for each statement execute function project_task_rollup_delete();
create trigger altiplano_project_task_rollup_truncate after truncate on task
  for each statement execute function project_task_rollup_truncate();

-- A pass over many goes on after the last one it was given.
create function project_task_rollup_pending(most integer, after_tenant uuid default null, after_parent uuid default null)
returns table (tenant uuid, parent uuid, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.rollup r
    where r.name = 'project_task_rollup' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'project_task_rollup'::regclass));
  first_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  first_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
begin
  return query
  select d.organization_id, d.project_id, min(d.at)
  from (
    select d.organization_id, d.project_id, d.writer, d.at from project_task_rollup_delta_0 d
    where d.writer >= coalesce(pg_snapshot_xmin(settled), '0') and pg_visible_in_snapshot(d.writer, settled) is not true
      and (d.organization_id, d.project_id) > (first_tenant, first_parent)
    union all
    select d.organization_id, d.project_id, d.writer, d.at from project_task_rollup_delta_1 d
    where d.writer >= coalesce(pg_snapshot_xmin(settled), '0') and pg_visible_in_snapshot(d.writer, settled) is not true
      and (d.organization_id, d.project_id) > (first_tenant, first_parent)
  ) d
  left join project_task_rollup b on b.organization_id = d.organization_id and b.project_id = d.project_id
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by 1, 2
  order by 1, 2
  limit most;
end $$;
revoke execute on function project_task_rollup_pending(integer, uuid, uuid) from public;

create function project_task_rollup_build(after_tenant uuid, after_parent uuid, upto_tenant uuid, upto_parent uuid)
returns bigint
language plpgsql security definer set search_path from current
set extra_float_digits = 1 as $$
declare
  least_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  least_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
  most_tenant constant uuid := coalesce(upto_tenant, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  most_parent constant uuid := coalesce(upto_parent, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  counted bigint;
  gone bigint;
  unknown bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (
    select from project_task_rollup_delta_0 where writer = pg_current_xact_id_if_assigned()
    union all
    select from project_task_rollup_delta_1 where writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written children itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;

  insert into project_task_rollup as b (organization_id, project_id, rows, open_tasks, done_tasks, folded)
  select p.organization_id, p.project_id, p.rows,
    p.open_tasks,
    p.done_tasks, snapshot
  from (
    select c.organization_id, c.project_id, count(*) as rows,
      count(*) filter (where c.status in ('todo', 'in_progress')) as open_tasks,
      count(*) filter (where c.status = 'done') as done_tasks
    from task c
    where true
      and (c.organization_id, c.project_id) >= (least_tenant, least_parent) and (c.organization_id, c.project_id) <= (most_tenant, most_parent)
      and ((c.organization_id, c.project_id) > (least_tenant, least_parent) or after_tenant is null)
    group by 1, 2
  ) p
  order by 1, 2
  on conflict (organization_id, project_id) do update
  set rows = excluded.rows,
      open_tasks = excluded.open_tasks,
      done_tasks = excluded.done_tasks,
      folded = excluded.folded;
  get diagnostics counted = row_count;

  update project_task_rollup b
  set rows = 0,
      open_tasks = 0,
      done_tasks = 0,
      folded = snapshot
  where (b.organization_id, b.project_id) >= (least_tenant, least_parent) and (b.organization_id, b.project_id) <= (most_tenant, most_parent)
      and ((b.organization_id, b.project_id) > (least_tenant, least_parent) or after_tenant is null)
    and b.folded::text <> snapshot::text;
  get diagnostics gone = row_count;

  insert into project_task_rollup (organization_id, project_id, folded)
  select d.organization_id, d.project_id, snapshot
  from (
    select organization_id, project_id from project_task_rollup_delta_0
    union
    select organization_id, project_id from project_task_rollup_delta_1
  ) d
  where (d.organization_id, d.project_id) >= (least_tenant, least_parent) and (d.organization_id, d.project_id) <= (most_tenant, most_parent)
      and ((d.organization_id, d.project_id) > (least_tenant, least_parent) or after_tenant is null)
    and not exists (select from project_task_rollup b where b.organization_id = d.organization_id and b.project_id = d.project_id)
  order by 1, 2;
  get diagnostics unknown = row_count;
  return counted + gone + unknown;
end $$;
revoke execute on function project_task_rollup_build(uuid, uuid, uuid, uuid) from public;

create function project_task_rollup_sweep(after_tenant uuid, after_parent uuid, most integer)
returns table (tenant uuid, parent uuid) -- the key to go on after; no row at the end
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  tenants uuid[];
  parents uuid[];
  free_tenants uuid[];
  free_parents uuid[];
begin
  select array_agg(b.organization_id order by b.organization_id, b.project_id), array_agg(b.project_id order by b.organization_id, b.project_id)
  into tenants, parents
  from (
    select b.organization_id, b.project_id from project_task_rollup b
    where (b.organization_id, b.project_id) > (coalesce(after_tenant, '00000000-0000-0000-0000-000000000000'),
                                   coalesce(after_parent, '00000000-0000-0000-0000-000000000000'))
    order by 1, 2 limit most
  ) b;
  select array_agg(b.organization_id), array_agg(b.project_id) into free_tenants, free_parents
  from (
    select b.organization_id, b.project_id
    from unnest(tenants, parents) as k (organization_id, project_id) join project_task_rollup b using (organization_id, project_id)
    where b.rows = 0
    order by 1, 2
    for update of b skip locked
  ) b;

  -- Without a base row every delta counts: those that were consumed must be gone.
  delete from project_task_rollup b
  using unnest(free_tenants, free_parents) as k (organization_id, project_id)
  where b.organization_id = k.organization_id and b.project_id = k.project_id and b.rows = 0
    and not exists (select from project_task_rollup_delta_0 d where d.organization_id = b.organization_id and d.project_id = b.project_id)
    and not exists (select from project_task_rollup_delta_1 d where d.organization_id = b.organization_id and d.project_id = b.project_id);
  if cardinality(tenants) = most then
    return query select tenants[most], parents[most];
  end if;
end $$;
revoke execute on function project_task_rollup_sweep(uuid, uuid, integer) from public;

insert into altiplano.rollup (schema_name, name, definition)
values (current_schema(), 'project_task_rollup', '{"tenant":"organization_id","parent":{"table":"project","key":"id"},"source":{"table":"task","parent":"project_id","rollup":"project_task_rollup"},"figures":[{"name":"open_tasks","measure":{"kind":"count"},"where":[{"kind":"in","column":"status","values":["todo","in_progress"]}],"time":null},{"name":"done_tasks","measure":{"kind":"count"},"where":[{"kind":"equals","column":"status","value":"done"}],"time":null}],"firsts":[]}');

-- Down Migration
drop trigger altiplano_project_task_rollup_insert on task;
drop function project_task_rollup_insert();
drop trigger altiplano_project_task_rollup_update on task;
drop function project_task_rollup_update();
drop trigger altiplano_project_task_rollup_delete on task;
drop function project_task_rollup_delete();
drop trigger altiplano_project_task_rollup_truncate on task;
drop function project_task_rollup_truncate();
drop function project_task_rollup_sweep(uuid, uuid, integer);
drop function project_task_rollup_build(uuid, uuid, uuid, uuid);
drop function project_task_rollup_pending(integer, uuid, uuid);
drop function project_task_rollup_bound(uuid, uuid);
drop function project_task_rollup_gather(uuid, uuid);
drop function project_task_rollup_fold(uuid[], uuid[]);
drop table project_task_rollup_delta;
drop table project_task_rollup;
delete from altiplano.rollup where schema_name = current_schema() and name = 'project_task_rollup';
