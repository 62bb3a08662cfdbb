-- The engine's own schema: the role the server becomes, the tenant session, isolation of a table, access tokens.
-- Up Migration

-- Roles are cluster-wide and the schema is not, so the role carries the database's name and the database remembers
-- which role it was given (a database cloned from a template keeps the template's).
create table altiplano.setting (name text primary key, value text not null);
insert into altiplano.setting values ('app_role', left('altiplano_app_' || current_database(), 63));

create function altiplano.app_role() returns text
language sql stable as $$ select value from altiplano.setting where name = 'app_role' $$;

do $$
declare
  app_role constant text := altiplano.app_role();
begin
  if not exists (select from pg_roles where rolname = app_role) then -- an earlier database of this name may have left it
    execute format('create role %I nologin', app_role);
  end if;
  -- From 16 on whoever creates a role is a member of it, but may not become it.
  if not pg_has_role(current_user, app_role,
                     case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) then
    execute format('grant %I to current_user', app_role);
  end if;
  execute format('grant usage on schema altiplano to %I', app_role);
exception
  when insufficient_privilege then
    raise exception '% may not create or grant the role the server becomes', current_user
      using hint = format('As a superuser: create role %1$I nologin; grant %1$I to %2$I;', app_role, current_user);
end $$;

-- Null when no tenant is set: a policy that compares with null lets no row through.
create function altiplano.tenant() returns uuid
language sql stable parallel safe as $$ select nullif(current_setting('altiplano.tenant', true), '')::uuid $$;

create function altiplano.caller() returns uuid
language sql stable parallel safe as $$ select nullif(current_setting('altiplano.caller', true), '')::uuid $$;

-- The same whatever type the users' keys have; a policy over keys of eight bytes compares with altiplano.caller_bigint().
create function altiplano.caller_text() returns text
language sql stable parallel safe as $$ select nullif(current_setting('altiplano.caller', true), '') $$;

create function altiplano.caller_bigint() returns bigint
language sql stable parallel safe as $$ select nullif(current_setting('altiplano.caller', true), '')::bigint $$;

-- Set for writes: of what kind the caller is ('user', 'api_key', …) and the request it made.
create function altiplano.caller_kind() returns text
language sql stable parallel safe as $$ select nullif(current_setting('altiplano.caller_kind', true), '') $$;

create function altiplano.request_id() returns text
language sql stable parallel safe as $$ select nullif(current_setting('altiplano.request_id', true), '') $$;

-- Each pipelined query has an error boundary of its own, so the statement itself proves that the tenant it was given
-- is the tenant of its session.
create function altiplano.same_tenant(expected uuid) returns uuid
language plpgsql stable parallel safe as $$
begin
  if expected is distinct from altiplano.tenant() then
    raise exception 'tenant of the statement is not the tenant of the session' using errcode = 'ALT01';
  end if;
  return expected;
end $$;

-- The one place that decides what isolation looks like: row security forced on the owner too, a policy for the app's
-- role and one for the owner (migrations, worker); anybody else sees nothing until a named policy says so.
create function altiplano.isolate(target regclass, tenant_column name, setting text default 'tenant') returns void
language plpgsql as $$
declare
  reader constant text := format('(select altiplano.%I())', setting);
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy altiplano_owner on %s to current_user using (true) with check (true)', target);
  execute format('create policy altiplano_tenant on %s to %I using (%I = %s)',
                 target, altiplano.app_role(), tenant_column, reader);
  execute format('grant select on %s to %I', target, altiplano.app_role());
end $$;

create function altiplano.expose_schema(target name) returns void
language plpgsql as $$
begin
  execute format('grant usage on schema %I to %I', target, altiplano.app_role());
end $$;

-- A token is a public key id and a secret of 256 random bits; only a keyed digest of the secret is kept, so one
-- indexed lookup and one HMAC decide, and a stolen table opens nothing.
create table altiplano.access_token (
  key_id text primary key,
  app text not null,
  -- As text: users are numbered here and have a uuid there.
  user_id text not null,
  digest bytea not null,
  scopes text[] not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

do $$ begin execute format('grant select on altiplano.access_token to %I', altiplano.app_role()); end $$;

-- Down Migration
do $$
declare
  role text := altiplano.app_role();
begin
  execute format('drop owned by %I', role);
  begin
    execute format('drop role %I', role);
  exception
    when dependent_objects_still_exist or insufficient_privilege then null; -- a clone still uses it, or others made it
  end;
end $$;
drop table altiplano.access_token;
drop function altiplano.expose_schema(name);
drop function altiplano.isolate(regclass, name, text);
drop function altiplano.same_tenant(uuid);
drop function altiplano.request_id();
drop function altiplano.caller_kind();
drop function altiplano.caller_bigint();
drop function altiplano.caller_text();
drop function altiplano.caller();
drop function altiplano.tenant();
drop function altiplano.app_role();
drop table altiplano.setting;
