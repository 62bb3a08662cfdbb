import { jsonArray, jsonObject, jsonOf } from 'altiplano/twin';
import type { Subject } from './call-figures.ts';

/** Names of the customer's labels. The collation "C" of a UTF-8 database orders by code point. */
export async function tags({ database, customerId }: Subject): Promise<string> {
  const rows = await database.rows<{ name: string }>(
    `SELECT ${jsonOf('label.name')} AS name FROM ${database.table('customer_campaign_labels')} link
     JOIN ${database.table('label')} label ON label.id = link.label_id
     WHERE link.customer_id = $1 ORDER BY label.name COLLATE "C"`,
    [customerId],
  );
  return jsonArray(rows.map((row) => row.name));
}

export async function employee({ database, workspaceId }: Subject, employeeId: string | null): Promise<string> {
  if (employeeId === null) return 'null';
  const row = await database.row<Record<string, string>>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name, ${jsonOf('email')} AS email
     FROM ${database.table('employee')} WHERE id = $1 AND workspace_id = $2`,
    [employeeId, workspaceId],
  );
  return row ? jsonObject(Object.entries(row)) : 'null';
}

/** Enrolments, not distinct campaigns. */
export function completedCampaigns({ database, workspaceId, customerId }: Subject): Promise<string> {
  return database.value(
    `SELECT count(*)::text AS value FROM ${database.table('call_campaign_customer')}
     WHERE workspace_id = $1 AND customer_id = $2 AND status = 'completed'`,
    [workspaceId, customerId],
  );
}

export async function activeCampaign({ database, workspaceId, customerId }: Subject): Promise<string> {
  const row = await database.row<Record<string, string>>(
    `SELECT ${jsonOf('campaign.id')} AS id, ${jsonOf('campaign.name')} AS name
     FROM ${database.table('call_campaign_customer')} enrolment
     JOIN ${database.table('call_campaign')} campaign ON campaign.id = enrolment.campaign_id
     WHERE enrolment.workspace_id = $1 AND enrolment.customer_id = $2 AND campaign.status = 'active'
     ORDER BY enrolment.created_at DESC, enrolment.id DESC LIMIT 1`,
    [workspaceId, customerId],
  );
  return row ? jsonObject(Object.entries(row)) : 'null';
}
