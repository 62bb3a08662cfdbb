import { type Database, jsonObject } from 'altiplano/twin';
import type { Subject } from './call-figures.ts';
import * as figures from './call-figures.ts';
import type { CustomerRow } from './customer-rows.ts';
import * as relations from './relations.ts';

/** One customer as the contract writes it, a statement for each computed field. */
export async function writeItem(database: Database, row: CustomerRow, now: string): Promise<string> {
  const subject: Subject = { database, customerId: row.key, workspaceId: row.workspace, now };
  return jsonObject([
    ['id', row.id],
    ['workspace_id', row.workspace_id],
    ['name', row.name],
    ['email', row.email],
    ['phone', row.phone],
    ['status', row.status],
    ['tags', await relations.tags(subject)],
    ['other_attributes', row.other_attributes],
    ['is_deleted', row.is_deleted],
    ['created_at', row.created_at],
    ['updated_at', row.updated_at],
    ['employee', await relations.employee(subject, row.employee)],
    ['latest_call', await figures.latestCall(subject)],
    ['total_calls', await figures.countCalls(subject)],
    ['total_duration_seconds', await figures.totalDurationSeconds(subject)],
    ['calls_last_30_days', await figures.callsOfLastThirtyDays(subject)],
    ['successful_calls', await figures.countCalls(subject, `call.status = 'completed'`)],
    ['missed_calls', await figures.countCalls(subject, `call.status = 'missed'`)],
    ['campaign_stats', await campaignStats(subject)],
    ['billing_summary', await billingSummary(subject)],
  ]);
}

async function campaignStats(subject: Subject): Promise<string> {
  return jsonObject([
    ['total_campaign_calls', await figures.countCalls(subject, 'call.campaign_customer_id IS NOT NULL')],
    ['completed_campaigns', await relations.completedCampaigns(subject)],
    ['active_campaign', await relations.activeCampaign(subject)],
  ]);
}

async function billingSummary(subject: Subject): Promise<string> {
  return jsonObject([
    ['total_cost', await figures.costOfCalls(subject)],
    ['cost_this_month', await figures.costOfThisMonth(subject)],
    ['billing_breakdown', await billingBreakdown(subject)],
  ]);
}

async function billingBreakdown(subject: Subject): Promise<string> {
  const breakdown: [string, string][] = [];
  for (const type of ['campaign', 'direct', 'callback']) {
    breakdown.push([type, await figures.costOfCalls(subject, 'call.call_type = $3', [type])]);
  }
  return jsonObject(breakdown);
}
