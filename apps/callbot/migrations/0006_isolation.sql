-- Row security, forced, on every table the API reads; the app's role can read and nothing else.
-- Up Migration
select altiplano.expose_schema(current_schema());
select altiplano.isolate('workspace', 'id');
select altiplano.isolate('employee', 'workspace_id');
select altiplano.isolate('label', 'workspace_id');
select altiplano.isolate('customer', 'workspace_id');
select altiplano.isolate('customer_campaign_labels', 'workspace_id');
select altiplano.isolate('customer_posting', 'workspace_id');
select altiplano.isolate('call_campaign', 'workspace_id');
select altiplano.isolate('call_campaign_customer', 'workspace_id');
select altiplano.isolate('call', 'workspace_id');
-- A user sees itself and its own memberships.
select altiplano.isolate('app_user', 'id', 'caller');
select altiplano.isolate('app_user_workspaces', 'user_id', 'caller');

-- Who a token speaks for; asked before any caller is set, so it runs as its owner.
create function caller_identity(of_user uuid) returns table (role text, employee_id uuid)
language sql stable security definer
begin atomic
  select u.role, u.employee_id from app_user u where u.id = of_user;
end;
revoke execute on function caller_identity(uuid) from public;

do $$
begin
  execute format('grant execute on function customer_search(uuid, text, integer), caller_identity(uuid) to %I', altiplano.app_role());
end $$;

-- Down Migration
do $$
declare
  target regclass;
begin
  foreach target in array array['workspace', 'employee', 'label', 'customer', 'customer_campaign_labels', 'customer_posting',
                                'call_campaign', 'call_campaign_customer', 'call', 'app_user', 'app_user_workspaces']::regclass[]
  loop
    execute format('drop policy altiplano_tenant on %s', target);
    execute format('drop policy altiplano_owner on %s', target);
    execute format('alter table %s no force row level security', target);
    execute format('alter table %s disable row level security', target);
    execute format('revoke select on %s from %I', target, altiplano.app_role());
  end loop;
  execute format('revoke execute on function customer_search(uuid, text, integer), caller_identity(uuid) from %I', altiplano.app_role());
  drop function caller_identity(uuid);
  execute format('revoke usage on schema %I from %I', current_schema(), altiplano.app_role());
end $$;
