export interface Database {
  customer: {
    id: string;
    workspace_id: string;
    name: string;
    carrier: string | null;
    is_deleted: boolean;
    created_at: Date;
  };
  call: {
    id: string;
    workspace_id: string;
    customer_id: string;
    direction: string;
    status: string;
    created_at: Date;
  };
}
