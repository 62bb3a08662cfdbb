-- Rollups: figures kept for each parent, exact in every snapshot. Printed by the declaration (packages/altiplano/src/rollup);
-- docs/decisions/0007-rollups.md says how they work.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- account_rollup: figures over the live rows of transaction, for each account_id.

create table account_rollup (
  tenant_key uuid not null,
  account_id uuid not null,
  rows bigint not null default 0,
  transaction_count bigint not null default 0,
  folded pg_snapshot not null,
  primary key (tenant_key, account_id)
) with (
  fillfactor = 75,
  -- Cells of a busy parent stay in its row: out of line, each of three arrays would cost every page a look into TOAST.
  toast_tuple_target = 8160
);
-- Pages look parents up one by one: a bucket is one buffer where the key's tree is three, and a row is entered once.
create index on account_rollup using hash (account_id);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table account_rollup_delta (
  generation smallint not null,
  tenant_key uuid not null,
  account_id uuid not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  transaction_count bigint not null
) partition by list (generation);
create index on account_rollup_delta (tenant_key, account_id, writer);
create index on account_rollup_delta (writer);
create table account_rollup_delta_0 partition of account_rollup_delta for values in (0);
create table account_rollup_delta_1 partition of account_rollup_delta for values in (1);

select altiplano.isolate('account_rollup', 'tenant_key');
select altiplano.isolate('account_rollup_delta', 'tenant_key');
select altiplano.isolate('account_rollup_delta_0', 'tenant_key');
select altiplano.isolate('account_rollup_delta_1', 'tenant_key');

create function account_rollup_fold(tenants uuid[], parents uuid[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set extra_float_digits = 1 as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into account_rollup (tenant_key, account_id, folded)
  select k.tenant_key, k.account_id, '1:1:' -- nothing is visible in it
  from unnest(tenants, parents) as k (tenant_key, account_id)
  where not exists (select from account_rollup b where b.tenant_key = k.tenant_key and b.account_id = k.account_id)
    and (exists (select from account_rollup_delta_0 d where d.tenant_key = k.tenant_key and d.account_id = k.account_id)
      or exists (select from account_rollup_delta_1 d where d.tenant_key = k.tenant_key and d.account_id = k.account_id))
  order by 1, 2
  on conflict do nothing;

  select array_agg(b.tenant_key), array_agg(b.account_id) into tenants, parents
  from (
    select b.tenant_key, b.account_id
    from unnest(tenants, parents) as k (tenant_key, account_id) join account_rollup b using (tenant_key, account_id)
    order by 1, 2
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(tenants, parents) as k (tenant_key, account_id) join account_rollup b using (tenant_key, account_id)
    cross join lateral (
      select d.* from account_rollup_delta_0 d
      where d.tenant_key = b.tenant_key and d.account_id = b.account_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
      union all
      select d.* from account_rollup_delta_1 d
      where d.tenant_key = b.tenant_key and d.account_id = b.account_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
    ) d
  ), sums as (
    select d.tenant_key, d.account_id, count(*) as deltas, sum(d.rows) as rows,
      sum(d.transaction_count) as transaction_count
    from due d group by 1, 2
  ), folded as (
    update account_rollup b
    set rows = b.rows + s.rows,
        transaction_count = b.transaction_count + s.transaction_count,
        folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s
    join account_rollup o using (tenant_key, account_id)
    where b.tenant_key = s.tenant_key and b.account_id = s.account_id
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function account_rollup_fold(uuid[], uuid[]) from public;

-- Past 1000 unfolded deltas a writer folds: what others committed into the base row, its own into one delta.
create function account_rollup_bound(of_tenant uuid, of_parent uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  own_deltas bigint;
  other_deltas bigint;
begin
  select count(*) filter (where d.writer = own), count(*) filter (where d.writer <> own) into own_deltas, other_deltas
  from (select) one
  left join account_rollup b on b.tenant_key = of_tenant and b.account_id = of_parent
  cross join lateral (
    select d.writer from account_rollup_delta_0 d
    where d.tenant_key = of_tenant and d.account_id = of_parent
      and d.writer >= coalesce(pg_snapshot_xmin(b.folded), '0')
      and pg_visible_in_snapshot(d.writer, b.folded) is not true
    union all
    select d.writer from account_rollup_delta_1 d
    where d.tenant_key = of_tenant and d.account_id = of_parent
      and d.writer >= coalesce(pg_snapshot_xmin(b.folded), '0')
      and pg_visible_in_snapshot(d.writer, b.folded) is not true
  ) d;
  if other_deltas > 1000
     and exists (select from altiplano.rollup r
                 where r.name = 'account_rollup' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'account_rollup'::regclass) and r.state = 'ready') then
    begin
      perform account_rollup_fold(array[of_tenant], array[of_parent]);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
    end;
  end if;
  if own_deltas > 1000 then
    perform account_rollup_gather(of_tenant, of_parent);
  end if;
end $$;

create function account_rollup_gather(of_tenant uuid, of_parent uuid) returns void
language plpgsql as $$
begin
  with own as (
    delete from account_rollup_delta d
    where d.tenant_key = of_tenant and d.account_id = of_parent and d.writer = pg_current_xact_id()
    returning d.*
  ), parent as (
    select max(d.generation) as generation, d.tenant_key, d.account_id, sum(d.rows)::bigint as rows,
      sum(d.transaction_count)::bigint as transaction_count
    from own d group by 2, 3
  )
  insert into account_rollup_delta (
    generation, tenant_key, account_id, rows, transaction_count)
  select
    p.generation,
    p.tenant_key, p.account_id,
    p.rows,
    p.transaction_count
  from parent p;
end $$;

revoke execute on function account_rollup_bound(uuid, uuid), account_rollup_gather(uuid, uuid) from public;

create function account_rollup_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.tenant_key, r.account_id having count(*) > 8) then
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where true
    )
    insert into account_rollup_delta (
      generation, tenant_key, account_id, rows, transaction_count)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'account_rollup'), 0),
      c.tenant_key, c.account_id,
      c.sign,
      c.sign
    from changed c;
  else
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where true
    ), moment as (
      select
        c.tenant_key, c.account_id,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as transaction_count
      from changed c
      group by 1, 2
    ), parent as (
      select
        m.tenant_key, m.account_id,
        sum(m.rows)::bigint as rows,
        sum(m.transaction_count)::bigint as transaction_count
      from moment m
      group by 1, 2
    )
    insert into account_rollup_delta (
      generation, tenant_key, account_id, rows, transaction_count)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'account_rollup'), 0),
      p.tenant_key, p.account_id,
      p.rows,
      p.transaction_count
    from parent p
    order by p.tenant_key, p.account_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform account_rollup_bound(t.tenant_key, t.account_id)
    from (select tenant_key, account_id from new_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create function account_rollup_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.tenant_key, r.account_id having count(*) > 8) then
    with gone as (
      select o.tenant_key, o.account_id from old_rows o where true
      except all
      select n.tenant_key, n.account_id from new_rows n where true
    ), come as (
      select n.tenant_key, n.account_id from new_rows n where true
      except all
      select o.tenant_key, o.account_id from old_rows o where true
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    )
    insert into account_rollup_delta (
      generation, tenant_key, account_id, rows, transaction_count)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'account_rollup'), 0),
      c.tenant_key, c.account_id,
      c.sign,
      c.sign
    from changed c;
  else
    with gone as (
      select o.tenant_key, o.account_id from old_rows o where true
      except all
      select n.tenant_key, n.account_id from new_rows n where true
    ), come as (
      select n.tenant_key, n.account_id from new_rows n where true
      except all
      select o.tenant_key, o.account_id from old_rows o where true
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    ), moment as (
      select
        c.tenant_key, c.account_id,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as transaction_count
      from changed c
      group by 1, 2
    ), parent as (
      select
        m.tenant_key, m.account_id,
        sum(m.rows)::bigint as rows,
        sum(m.transaction_count)::bigint as transaction_count
      from moment m
      group by 1, 2
    )
    insert into account_rollup_delta (
      generation, tenant_key, account_id, rows, transaction_count)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'account_rollup'), 0),
      p.tenant_key, p.account_id,
      p.rows,
      p.transaction_count
    from parent p
    order by p.tenant_key, p.account_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform account_rollup_bound(t.tenant_key, t.account_id)
    from (select tenant_key, account_id from old_rows union select tenant_key, account_id from new_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create function account_rollup_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from old_rows r group by r.tenant_key, r.account_id having count(*) > 8) then
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where true
    )
    insert into account_rollup_delta (
      generation, tenant_key, account_id, rows, transaction_count)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'account_rollup'), 0),
      c.tenant_key, c.account_id,
      c.sign,
      c.sign
    from changed c;
  else
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where true
    ), moment as (
      select
        c.tenant_key, c.account_id,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as transaction_count
      from changed c
      group by 1, 2
    ), parent as (
      select
        m.tenant_key, m.account_id,
        sum(m.rows)::bigint as rows,
        sum(m.transaction_count)::bigint as transaction_count
      from moment m
      group by 1, 2
    )
    insert into account_rollup_delta (
      generation, tenant_key, account_id, rows, transaction_count)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'account_rollup'), 0),
      p.tenant_key, p.account_id,
      p.rows,
      p.transaction_count
    from parent p
    order by p.tenant_key, p.account_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform account_rollup_bound(t.tenant_key, t.account_id)
    from (select tenant_key, account_id from old_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create function account_rollup_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate account_rollup, account_rollup_delta;
  return null;
end $$;

revoke execute on function account_rollup_insert(), account_rollup_update(), account_rollup_delete(), account_rollup_truncate() from public;

create trigger altiplano_account_rollup_insert after insert on transaction
  referencing new table as new_rows for each statement execute function account_rollup_insert();
create trigger altiplano_account_rollup_update after update on transaction
  referencing old table as old_rows new table as new_rows for each statement execute function account_rollup_update();
create trigger altiplano_account_rollup_delete after delete on transaction
  referencing old table as old_rows for each statement execute function account_rollup_delete();
create trigger altiplano_account_rollup_truncate after truncate on transaction
  for each statement execute function account_rollup_truncate();

-- A pass over many goes on after the last one it was given.
create function account_rollup_pending(most integer, after_tenant uuid default null, after_parent uuid default null)
returns table (tenant uuid, parent uuid, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.rollup r
    where r.name = 'account_rollup' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'account_rollup'::regclass));
  first_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  first_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
begin
  return query
  select d.tenant_key, d.account_id, min(d.at)
  from (
    select d.tenant_key, d.account_id, d.writer, d.at from account_rollup_delta_0 d
    where d.writer >= coalesce(pg_snapshot_xmin(settled), '0') and pg_visible_in_snapshot(d.writer, settled) is not true
      and (d.tenant_key, d.account_id) > (first_tenant, first_parent)
    union all
    select d.tenant_key, d.account_id, d.writer, d.at from account_rollup_delta_1 d
    where d.writer >= coalesce(pg_snapshot_xmin(settled), '0') and pg_visible_in_snapshot(d.writer, settled) is not true
      and (d.tenant_key, d.account_id) > (first_tenant, first_parent)
  ) d
  left join account_rollup b on b.tenant_key = d.tenant_key and b.account_id = d.account_id
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by 1, 2
  order by 1, 2
  limit most;
end $$;
revoke execute on function account_rollup_pending(integer, uuid, uuid) from public;

create function account_rollup_build(after_tenant uuid, after_parent uuid, upto_tenant uuid, upto_parent uuid)
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
    select from account_rollup_delta_0 where writer = pg_current_xact_id_if_assigned()
    union all
    select from account_rollup_delta_1 where writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written children itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;

  insert into account_rollup as b (tenant_key, account_id, rows, transaction_count, folded)
  select p.tenant_key, p.account_id, p.rows,
    p.transaction_count, snapshot
  from (
    select c.tenant_key, c.account_id, count(*) as rows,
      count(*) as transaction_count
    from transaction c
    where true
      and (c.tenant_key, c.account_id) >= (least_tenant, least_parent) and (c.tenant_key, c.account_id) <= (most_tenant, most_parent)
      and ((c.tenant_key, c.account_id) > (least_tenant, least_parent) or after_tenant is null)
    group by 1, 2
  ) p
  order by 1, 2
  on conflict (tenant_key, account_id) do update
  set rows = excluded.rows,
      transaction_count = excluded.transaction_count,
      folded = excluded.folded;
  get diagnostics counted = row_count;

  update account_rollup b
  set rows = 0,
      transaction_count = 0,
      folded = snapshot
  where (b.tenant_key, b.account_id) >= (least_tenant, least_parent) and (b.tenant_key, b.account_id) <= (most_tenant, most_parent)
      and ((b.tenant_key, b.account_id) > (least_tenant, least_parent) or after_tenant is null)
    and b.folded::text <> snapshot::text;
  get diagnostics gone = row_count;

  insert into account_rollup (tenant_key, account_id, folded)
  select d.tenant_key, d.account_id, snapshot
  from (
    select tenant_key, account_id from account_rollup_delta_0
    union
    select tenant_key, account_id from account_rollup_delta_1
  ) d
  where (d.tenant_key, d.account_id) >= (least_tenant, least_parent) and (d.tenant_key, d.account_id) <= (most_tenant, most_parent)
      and ((d.tenant_key, d.account_id) > (least_tenant, least_parent) or after_tenant is null)
    and not exists (select from account_rollup b where b.tenant_key = d.tenant_key and b.account_id = d.account_id)
  order by 1, 2;
  get diagnostics unknown = row_count;
  return counted + gone + unknown;
end $$;
revoke execute on function account_rollup_build(uuid, uuid, uuid, uuid) from public;

create function account_rollup_sweep(after_tenant uuid, after_parent uuid, most integer)
returns table (tenant uuid, parent uuid) -- the key to go on after; no row at the end
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  tenants uuid[];
  parents uuid[];
  free_tenants uuid[];
  free_parents uuid[];
begin
  select array_agg(b.tenant_key order by b.tenant_key, b.account_id), array_agg(b.account_id order by b.tenant_key, b.account_id)
  into tenants, parents
  from (
    select b.tenant_key, b.account_id from account_rollup b
    where (b.tenant_key, b.account_id) > (coalesce(after_tenant, '00000000-0000-0000-0000-000000000000'),
                                   coalesce(after_parent, '00000000-0000-0000-0000-000000000000'))
    order by 1, 2 limit most
  ) b;
  select array_agg(b.tenant_key), array_agg(b.account_id) into free_tenants, free_parents
  from (
    select b.tenant_key, b.account_id
    from unnest(tenants, parents) as k (tenant_key, account_id) join account_rollup b using (tenant_key, account_id)
    where b.rows = 0
    order by 1, 2
    for update of b skip locked
  ) b;

  -- Without a base row every delta counts: those that were consumed must be gone.
  delete from account_rollup b
  using unnest(free_tenants, free_parents) as k (tenant_key, account_id)
  where b.tenant_key = k.tenant_key and b.account_id = k.account_id and b.rows = 0
    and not exists (select from account_rollup_delta_0 d where d.tenant_key = b.tenant_key and d.account_id = b.account_id)
    and not exists (select from account_rollup_delta_1 d where d.tenant_key = b.tenant_key and d.account_id = b.account_id);
  if cardinality(tenants) = most then
    return query select tenants[most], parents[most];
  end if;
end $$;
revoke execute on function account_rollup_sweep(uuid, uuid, integer) from public;

insert into altiplano.rollup (schema_name, name, definition)
values (current_schema(), 'account_rollup', '{"tenant":"tenant_key","parent":{"table":"account","key":"id"},"source":{"table":"transaction","parent":"account_id","rollup":"account_rollup"},"figures":[{"name":"transaction_count","measure":{"kind":"count"},"where":[],"time":null}],"firsts":[]}');

-- Down Migration
drop trigger altiplano_account_rollup_insert on transaction;
drop function account_rollup_insert();
drop trigger altiplano_account_rollup_update on transaction;
drop function account_rollup_update();
drop trigger altiplano_account_rollup_delete on transaction;
drop function account_rollup_delete();
drop trigger altiplano_account_rollup_truncate on transaction;
drop function account_rollup_truncate();
drop function account_rollup_sweep(uuid, uuid, integer);
drop function account_rollup_build(uuid, uuid, uuid, uuid);
drop function account_rollup_pending(integer, uuid, uuid);
drop function account_rollup_bound(uuid, uuid);
drop function account_rollup_gather(uuid, uuid);
drop function account_rollup_fold(uuid[], uuid[]);
drop table account_rollup_delta;
drop table account_rollup;
delete from altiplano.rollup where schema_name = current_schema() and name = 'account_rollup';
