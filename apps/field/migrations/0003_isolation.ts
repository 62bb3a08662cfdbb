import { online } from 'altiplano';

// Row security, forced, on every table; the app's role reads its tenant, sends points and writes journals, and nothing else.
const ISOLATED: readonly online.Isolation[] = [
  { table: 'tenant', column: 'id' },
  { table: 'people', column: 'tenant_id' },
  { table: 'tracking', column: 'tenant_id' },
  { table: 'journal_entry', column: 'tenant_id' },
  { table: 'wellness_report', column: 'tenant_id' },
];

// Who a token speaks for; asked before any tenant is known, so it runs as its owner. People of a tenant that is not active
// are not active either.
const FUNCTION = `
select altiplano.expose_schema(current_schema());
create function caller_identity(of_user bigint) returns table (role text, id bigint, tenant_id uuid, is_active boolean)
language sql stable security definer
begin atomic
  select p.role, p.id, p.tenant_id, p.is_active and t.is_active from people p join tenant t on t.id = p.tenant_id where p.id = of_user;
end;
revoke execute on function caller_identity(bigint) from public;
do $do$
declare
  app_role constant text := altiplano.app_role();
begin
  execute format('grant execute on function caller_identity(bigint) to %I', app_role);
  execute format('grant insert (tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude, accuracy, payload)
                  on tracking to %I', app_role);
  execute format('grant insert (tenant_id, user_id, entry_type, privacy_scope, "timestamp", title, content, mood_rating,
                                stress_level) on journal_entry to %I', app_role);
  execute format('grant update (entry_type, privacy_scope, "timestamp", title, content, mood_rating, stress_level,
                                is_deleted) on journal_entry to %I', app_role);
end $do$`;

export const up = online.steps(
  ...ISOLATED.map(online.isolate),
  online.transaction({
    name: 'function caller_identity',
    done: `to_regprocedure('caller_identity(bigint)') is not null`,
    sql: FUNCTION,
  }),
);

export const down = online.steps(
  online.transaction({
    name: 'drop function caller_identity',
    done: `to_regprocedure('caller_identity(bigint)') is null`,
    sql: `
      drop function caller_identity(bigint);
      do $do$ begin
        execute format('revoke usage on schema %I from %I', current_schema(), altiplano.app_role());
      end $do$`,
  }),
  ...ISOLATED.map(({ table }) => online.unisolate(table)),
);
