/** Workboard's tables as a Kysely-style `DB` interface; `altiplano` checks it against the live catalog at start. */
export interface WorkboardTables {
  organization: { id: string; name: string; slug: string; created_at: Date };
  member: { id: string; organization_id: string; email: string; name: string; role: string; created_at: Date };
  project: {
    id: string;
    organization_id: string;
    owner_id: string;
    name: string;
    description: string;
    status: string;
    created_at: Date;
    updated_at: Date;
  };
  task: {
    id: string;
    organization_id: string;
    project_id: string;
    assignee_id: string | null;
    title: string;
    description: string;
    status: string;
    priority: string;
    due_date: string | null;
    created_at: Date;
    updated_at: Date;
  };
  api_key: {
    id: string;
    organization_id: string;
    name: string;
    prefix: string;
    digest: Buffer;
    scopes: string[];
    created_by: string;
    created_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
    rotated_at: Date | null;
    revoked_at: Date | null;
    is_revoked: boolean;
  };
  audit_log: {
    id: string;
    organization_id: string;
    at: Date;
    actor_kind: string;
    actor_id: string | null;
    request_id: string | null;
    action: string;
    table_name: string;
    record_id: string | null;
    changes: unknown;
  };
}
