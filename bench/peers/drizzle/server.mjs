// A competent service on Drizzle: keyset page, prepared queries, one query a relation for the whole page, all at once.
// Without row security; its figures are computed from `call`, as whoever has no rollups must.
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { serve } from '../serve.mjs';
import { prepareQueries } from './queries.mjs';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  options: `-c jit=off -c TimeZone=UTC -c statement_timeout=${process.env.PATIENCE ?? 30000}`,
});
const queries = prepareQueries(drizzle(pool));
const NOTHING = {
  total: 0,
  seconds: 0,
  recent: 0,
  successful: 0,
  missed: 0,
  linked: 0,
  cost: 0,
  thisMonth: 0,
  campaign: 0,
  direct: 0,
  callback: 0,
};

serve(async (query) => {
  const workspace = query.get('workspace_id');
  const members = await queries.member.execute({ user: process.env.USER_ID, workspace });
  if (members.length === 0) return null;
  const [created, id] = query.get('after')?.split(',') ?? [];
  const found = await (created === undefined
    ? queries.first.execute({ workspace })
    : queries.after.execute({ workspace, created, id }));
  const rows = found.slice(0, 25);
  const ids = rows.map((row) => row.customer.id);
  const [labels, latest, active, completed, figures] = await Promise.all(
    ['labels', 'latest', 'active', 'completed', 'figures'].map((name) => queries[name].execute({ ids })),
  );
  const by = (list) => new Map(list.map((row) => [row.of, row]));
  const parts = {
    labels: group(labels),
    latest: by(latest),
    active: by(active),
    completed: by(completed),
    figures: by(figures),
  };
  const last = rows.at(-1)?.customer;
  const next = found.length > 25 ? `?after=${last.created},${last.id}` : null;
  return JSON.stringify({ results: rows.map((row) => itemOf(row, parts)), next, previous: null, count: null });
});

function itemOf({ customer, employee }, { labels, latest, active, completed, figures }) {
  const call = latest.get(customer.id);
  const sums = figures.get(customer.id) ?? NOTHING;
  return {
    id: customer.id,
    workspace_id: customer.workspace,
    name: customer.name,
    email: customer.email,
    phone: customer.phone,
    status: customer.status,
    tags: (labels.get(customer.id) ?? []).map(({ name }) => name),
    other_attributes: customer.attributes,
    is_deleted: customer.deleted,
    created_at: iso(customer.created),
    updated_at: iso(customer.updated),
    employee,
    latest_call: call ? latestOf(call) : null,
    total_calls: sums.total,
    total_duration_seconds: sums.seconds,
    calls_last_30_days: sums.recent,
    successful_calls: sums.successful,
    missed_calls: sums.missed,
    campaign_stats: {
      total_campaign_calls: sums.linked,
      completed_campaigns: completed.get(customer.id)?.completed ?? 0,
      active_campaign: named(active.get(customer.id)),
    },
    billing_summary: {
      total_cost: sums.cost,
      cost_this_month: sums.thisMonth,
      billing_breakdown: { campaign: sums.campaign, direct: sums.direct, callback: sums.callback },
    },
  };
}

function named(campaign) {
  return campaign ? { id: campaign.id, name: campaign.name } : null;
}

function latestOf({ id, direction, status, duration, type, sentiment, created }) {
  return { id, direction, status, duration, call_type: type, sentiment_score: sentiment, created_at: iso(created) };
}

/** PostgreSQL leaves trailing zeros of a fraction out. */
function iso(text) {
  const [, day, second, fraction = ''] = /^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/.exec(text);
  return `${day}T${second}.${fraction.padEnd(6, '0')}Z`;
}

function group(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.customer, [...(groups.get(row.customer) ?? []), row]);
  return groups;
}
