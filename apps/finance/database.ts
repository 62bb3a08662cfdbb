/** Finance's tables as a Kysely-style `DB` interface; `altiplano` checks it against the live catalog at start. */
export interface FinanceTables {
  organization: { id: string; name: string };
  team: { id: string; organization_id: string; name: string };
  app_user: {
    id: string;
    email: string;
    password_digest: string | null;
    name: string;
    is_active: boolean;
    created_at: Date;
  };
  organization_link: { user_id: string; organization_id: string; role: string };
  account: {
    id: string;
    tenant_type: string;
    tenant_id: string;
    name: string;
    currency: string;
    balance: string;
    created_by: string;
    updated_by: string;
    created_at: Date;
    updated_at: Date;
  };
  transaction: {
    id: string;
    tenant_type: string;
    tenant_id: string;
    account_id: string;
    transfer_id: string | null;
    amount: string;
    kind: string;
    status: string;
    memo: string | null;
    failure: string | null;
    created_by: string;
    created_at: Date;
    posted_at: Date | null;
  };
}
