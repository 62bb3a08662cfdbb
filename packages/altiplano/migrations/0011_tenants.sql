-- Tables whose rows are of no tenant, and tables whose tenants are said with two columns.
-- Up Migration

-- A tenant is one uuid to everything that is kept and compared. Said with two columns, it is made of both: by the database,
-- where no writer can get it wrong, and by the server, which sends it as a parameter. Of SHA-256, so that nobody finds two
-- tenants of one key.
create function altiplano.tenant_key(kind text, id uuid) returns uuid
language sql immutable strict parallel safe as $$
  select encode(substr(sha256(decode(replace(kind, '\', '\\'), 'escape') || '\x00'::bytea || uuid_send(id)), 1, 16), 'hex')::uuid
$$;

create function altiplano.isolate(target regclass, tenant_columns name[]) returns void
language plpgsql as $$
begin
  if cardinality(tenant_columns) <> 2 then
    raise exception 'a tenant is said with one column or two' using errcode = 'invalid_parameter_value';
  end if;
  if not exists (select from pg_attribute a where a.attrelid = target and a.attname = 'tenant_key' and not a.attisdropped) then
    execute format('alter table %s add column tenant_key uuid not null generated always as (altiplano.tenant_key(%I, %I)) stored',
                   target, tenant_columns[1], tenant_columns[2]);
  end if;
  perform altiplano.isolate(target, name 'tenant_key');
end $$;

-- Rows of no tenant. Inside a request the app's role sees all of them; with an owner, those that are the caller's own, and all
-- where `everybody` holds, a condition in SQL. Outside of a request it sees none. Whoever may write writes what it sees, or
-- with `writers` only where that holds.
create function altiplano.share(
  target regclass, owner name default null, everybody text default null, writers text default null
) returns void
language plpgsql as $$
declare
  -- A boolean of its own: the planner takes a comparison for one row in 200, and sorted 2,000 rows for a page rather than walk
  -- the first 26 (1,951 buffers instead of 63).
  inside constant text := '(select altiplano.tenant() = ''00000000-0000-0000-0000-000000000000'')';
  caller constant text := (
    select case format_type(a.atttypid, null) when 'bigint' then 'caller_bigint' when 'text' then 'caller_text' else 'caller' end
    from pg_attribute a where a.attrelid = target and a.attname = owner);
  seen text := inside;
begin
  if owner is not null and caller is null then
    raise exception '% has no column %', target, owner using errcode = 'undefined_column';
  end if;
  if owner is not null then
    seen := format('%s and (%I = (select altiplano.%I())%s)', inside, owner, caller, ' or (select (' || everybody || '))');
  elsif everybody is not null then
    seen := format('%s and (select (%s))', inside, everybody);
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy altiplano_owner on %s to current_user using (true) with check (true)', target);
  execute format('create policy altiplano_tenant on %s for %s to %I using (%s)',
                 target, case when writers is null then 'all' else 'select' end, altiplano.app_role(), seen);
  if writers is not null then
    execute format('create policy altiplano_writer on %s to %I using (%s and (select (%s)))',
                   target, altiplano.app_role(), seen, writers);
  end if;
  execute format('grant select on %s to %I', target, altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.share(regclass, name, text, text);
drop function altiplano.isolate(regclass, name[]);
drop function altiplano.tenant_key(text, uuid);
