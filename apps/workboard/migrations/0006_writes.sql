-- What the app's role may write: rows of its tenant (row security says which) and in them the columns a body can set.
-- Up Migration
do $$
declare
  app_role constant text := altiplano.app_role();
begin
  execute format('grant insert (id, organization_id, email, name, role), update (email, name, role), delete on member to %I', app_role);
  execute format('grant insert (id, organization_id, owner_id, name, description, status),
                        update (owner_id, name, description, status, updated_at), delete on project to %I', app_role);
  execute format('grant insert (id, organization_id, project_id, assignee_id, title, description, status, priority, due_date),
                        update (project_id, assignee_id, title, description, status, priority, due_date, updated_at), delete on task to %I', app_role);
  execute format('grant insert (id, organization_id, name, prefix, digest, scopes, created_by, expires_at),
                        update (expires_at, revoked_at, is_revoked) on api_key to %I', app_role);
end $$;

-- Room for a new version on the row's own page: most changes of a task then touch no index.
alter table task set (fillfactor = 85);
alter table project set (fillfactor = 85);

-- Down Migration
alter table project reset (fillfactor);
alter table task reset (fillfactor);
do $$
declare
  app_role constant text := altiplano.app_role();
begin
  execute format('revoke insert (id, organization_id, email, name, role), update (email, name, role), delete on member from %I', app_role);
  execute format('revoke insert (id, organization_id, owner_id, name, description, status),
                         update (owner_id, name, description, status, updated_at), delete on project from %I', app_role);
  execute format('revoke insert (id, organization_id, project_id, assignee_id, title, description, status, priority, due_date),
                         update (project_id, assignee_id, title, description, status, priority, due_date, updated_at), delete on task from %I', app_role);
  execute format('revoke insert (id, organization_id, name, prefix, digest, scopes, created_by, expires_at),
                         update (expires_at, revoked_at, is_revoked) on api_key from %I', app_role);
end $$;
