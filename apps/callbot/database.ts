/** Callbot's tables as a Kysely-style `DB` interface; `altiplano` checks it against the live catalog at start. */
export interface CallbotTables {
  workspace: { id: string; name: string; created_at: Date };
  app_user: { id: string; email: string; name: string; role: string; employee_id: string | null };
  app_user_workspaces: { user_id: string; workspace_id: string; workspace_created_at: Date };
  employee: { id: string; workspace_id: string; name: string; email: string };
  label: { id: string; workspace_id: string; name: string };
  customer: {
    id: string;
    workspace_id: string;
    name: string;
    email: string | null;
    phone: string;
    carrier: string | null;
    status: string | null;
    quality: string | null;
    call_status: string | null;
    duration: number;
    is_test: boolean;
    checked: boolean;
    other_attributes: unknown;
    is_deleted: boolean;
    deleted_at: Date | null;
    employee_id: string | null;
    created_at: Date;
    updated_at: Date;
  };
  customer_campaign_labels: { workspace_id: string; customer_id: string; label_id: string };
  call: {
    id: string;
    workspace_id: string;
    customer_id: string;
    campaign_customer_id: string | null;
    direction: string;
    status: string;
    duration: number;
    duration_seconds: number;
    recording_url: string | null;
    transcript: string | null;
    sentiment_score: number | null;
    call_type: string;
    billing_rate: string | null;
    is_deleted: boolean;
    created_at: Date;
  };
  call_campaign: { id: string; workspace_id: string; name: string; status: string; created_at: Date };
  call_campaign_customer: {
    id: string;
    workspace_id: string;
    campaign_id: string;
    customer_id: string;
    status: string;
    created_at: Date;
  };
}
