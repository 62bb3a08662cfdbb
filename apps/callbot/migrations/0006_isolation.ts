import { online } from 'altiplano';

// Row security, forced, on every table the API reads; the app's role can read and nothing else.
const ISOLATED: readonly online.Isolation[] = [
  { table: 'workspace', column: 'id' },
  { table: 'employee', column: 'workspace_id' },
  { table: 'label', column: 'workspace_id' },
  { table: 'customer', column: 'workspace_id' },
  { table: 'customer_campaign_labels', column: 'workspace_id' },
  { table: 'customer_posting', column: 'workspace_id' },
  { table: 'call_campaign', column: 'workspace_id' },
  { table: 'call_campaign_customer', column: 'workspace_id' },
  { table: 'call', column: 'workspace_id' },
  // A user sees itself and its own memberships.
  { table: 'app_user', column: 'id', setting: 'caller' },
  { table: 'app_user_workspaces', column: 'user_id', setting: 'caller' },
];

// Who a token speaks for; asked before any caller is set, so it runs as its owner.
const FUNCTION = `
select altiplano.expose_schema(current_schema());
create function caller_identity(of_user uuid) returns table (role text, employee_id uuid)
language sql stable security definer
begin atomic
  select u.role, u.employee_id from app_user u where u.id = of_user;
end;
revoke execute on function caller_identity(uuid) from public;
do $do$ begin
  execute format('grant execute on function customer_search(uuid, text, integer), caller_identity(uuid) to %I',
                 altiplano.app_role());
end $do$`;

export const up = online.steps(
  ...ISOLATED.map(online.isolate),
  online.transaction({
    name: 'function caller_identity',
    done: `to_regprocedure('caller_identity(uuid)') is not null`,
    sql: FUNCTION,
  }),
);

export const down = online.steps(
  online.transaction({
    name: 'drop function caller_identity',
    done: `to_regprocedure('caller_identity(uuid)') is null`,
    sql: `
      drop function caller_identity(uuid);
      do $do$ begin
        execute format('revoke execute on function customer_search(uuid, text, integer) from %I', altiplano.app_role());
        execute format('revoke usage on schema %I from %I', current_schema(), altiplano.app_role());
      end $do$`,
  }),
  ...ISOLATED.map(({ table }) => online.unisolate(table)),
);
