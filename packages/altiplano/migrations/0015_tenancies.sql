-- Tables that say which tenants a caller has are read before it is in any: their rows are told by a condition.
-- Up Migration

-- The app's role sees the rows that meet a condition, in SQL; what it reads of other tables is as limited as ever.
create function altiplano.show_where(target regclass, condition text) returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy altiplano_owner on %s to current_user using (true) with check (true)', target);
  execute format('create policy altiplano_tenant on %s to %I using (%s)', target, altiplano.app_role(), condition);
  execute format('grant select on %s to %I', target, altiplano.app_role());
end $$;

-- A view over such tables: it runs as who asks, so their policies hold in it.
create function altiplano.show_view(target regclass) returns void
language plpgsql as $$
begin
  execute format('alter view %s set (security_invoker = true)', target);
  execute format('grant select on %s to %I', target, altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.show_view(regclass);
drop function altiplano.show_where(regclass, text);
