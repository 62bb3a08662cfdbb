import { encodeCursor, withOwner } from 'altiplano/testing';
import { customers } from '../../../apps/callbot/resources.ts';

/** One workspace of a given size, and values of its rows to ask for. */
export interface Tenant {
  readonly size: number;
  readonly workspace: string;
  readonly admin: string;
  readonly employee: string;
  /** Visible customers. */
  readonly visible: number;
  readonly customer: string;
  readonly employeeId: string;
  /** The most used label first. */
  readonly labels: readonly string[];
  /** A rare value of an attribute, as `key=value`. */
  readonly attribute: string;
  /** A text that one customer has. */
  readonly text: string;
}

const TENANTS = `
  select w.id as workspace, u.id as admin, e.id as employee, e.employee_id as "employeeId", t.size, t.visible
  from (select workspace_id, count(*)::int as size, (count(*) filter (where not is_deleted))::int as visible
        from callbot.customer group by workspace_id) t
  join callbot.workspace w on w.id = t.workspace_id
  join callbot.app_user_workspaces m on m.workspace_id = w.id
  join callbot.app_user u on u.id = m.user_id and u.role = 'admin' and u.email like '%admin%@callbot.example'
  join callbot.app_user_workspaces n on n.workspace_id = w.id
  join callbot.app_user e on e.id = n.user_id and e.email like 'busiest.%'
  order by t.size`;

const MIDDLE = `
  select id as customer, split_part(email, '@', 1) as text, 'ref=' || (other_attributes ->> 'ref') as attribute
  from callbot.customer
  where workspace_id = $1 and not is_deleted and other_attributes ? 'ref' and length(split_part(email, '@', 1)) > 7
  order by abs(extract(epoch from created_at - (select min(created_at) + (max(created_at) - min(created_at)) / 2
                                                from callbot.customer where workspace_id = $1)))
  limit 1`;

const LABELS = `
  select label_id as label from callbot.customer_campaign_labels where workspace_id = $1
  group by label_id order by count(*) desc, label_id limit 2`;

/** The smallest first. */
export async function readTenants(url: string): Promise<readonly Tenant[]> {
  return withOwner(url, async (client) => {
    const { rows } = await client.query(TENANTS);
    const tenants: Tenant[] = [];
    for (const row of rows) {
      const middle = await client.query(MIDDLE, [row.workspace]);
      const labels = await client.query<{ label: string }>(LABELS, [row.workspace]);
      tenants.push({ ...row, ...middle.rows[0], labels: labels.rows.map(({ label }) => label) });
    }
    return tenants;
  });
}

/** The cursor of the page behind the first `rows` customers. */
export async function cursorBehind(url: string, workspace: string, rows: number): Promise<string> {
  return withOwner(url, async (client) => {
    const found = await client.query(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created, id::text
       from callbot.customer where workspace_id = $1 and not is_deleted
       order by created_at desc, id desc offset $2 limit 1`,
      [workspace, rows - 1],
    );
    const { created, id } = found.rows[0];
    return encodeCursor(customers, { reading: 'after', values: [created, id] });
  });
}
