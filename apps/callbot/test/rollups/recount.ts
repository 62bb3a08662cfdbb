import { connectOwner, type OwnerClient } from 'altiplano';

/** A figure that is not what a recount gives. */
export interface Wrong {
  readonly parent: string;
  readonly what: string;
  readonly kept: string | null;
  readonly counted: string | null;
}

const CALL = 'callbot.customer_call_rollup';
const ENROLMENT = 'callbot.customer_enrolment_rollup';

/** Deltas that the base row, as this snapshot sees it, does not hold. */
const unfolded = (rollup: string): string => `
  select d.* from (table ${rollup}_delta_0 union all table ${rollup}_delta_1) d
  left join ${rollup} b using (workspace_id, customer_id)
  where pg_visible_in_snapshot(d.writer, b.folded) is not true`;

const SUMS = {
  rows: 'count(*)',
  total_calls: 'count(*)',
  total_duration_seconds: 'sum(duration_seconds)',
  successful_calls: "count(*) filter (where status = 'completed')",
  missed_calls: "count(*) filter (where status = 'missed')",
  campaign_stats_total_campaign_calls: 'count(campaign_customer_id)',
  billing_summary_total_cost: 'sum(cost)',
  billing_summary_billing_breakdown_campaign: "sum(cost) filter (where call_type = 'campaign')",
  billing_summary_billing_breakdown_direct: "sum(cost) filter (where call_type = 'direct')",
  billing_summary_billing_breakdown_callback: "sum(cost) filter (where call_type = 'callback')",
} as const;

const pairs = (columns: readonly string[], expression: (column: string) => string): string =>
  columns.map((column) => `('${column}', ${expression(column)})`).join(', ');

/** One row for each parent and figure; those with time for each of the instants `$1`. */
const FIGURES = `
with live as materialized (
  select *, coalesce(billing_rate, 0) * duration_seconds as cost from callbot.call where not is_deleted
), unfolded as (${unfolded(CALL)}
), enrolment as (${unfolded(ENROLMENT)}
), parent as (
  select workspace_id, customer_id from callbot.call
  union select workspace_id, customer_id from callbot.call_campaign_customer
  union select workspace_id, customer_id from ${CALL} union select workspace_id, customer_id from ${ENROLMENT}
  union select workspace_id, customer_id from unfolded union select workspace_id, customer_id from enrolment
), cell as (
  select workspace_id, customer_id, c.* from ${CALL},
    unnest(calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value) c (since, until, value)
  union all
  select workspace_id, customer_id, c.* from unfolded,
    unnest(calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value) c (since, until, value)
), month as (
  select workspace_id, customer_id, m.* from ${CALL},
    unnest(billing_summary_cost_this_month_month, billing_summary_cost_this_month_value) m (month, value)
  union all
  select workspace_id, customer_id, m.* from unfolded,
    unnest(billing_summary_cost_this_month_month, billing_summary_cost_this_month_value) m (month, value)
), asked as (
  select i.instant, i.instant - interval '2592000 seconds' as start, date_trunc('month', i.instant, 'UTC') as month
  from unnest($1::timestamptz[]) i (instant)
), edge as (
  -- Cells are nested or disjoint: up to the end of the widest that reaches over the start, rows are counted.
  select c.workspace_id, c.customer_id, a.instant, max(c.until) as upto
  from asked a join cell c on c.since <= a.start and c.until > a.start + interval '1 microsecond' group by 1, 2, 3
), kept_window as (
  select c.workspace_id, c.customer_id, a.instant, sum(c.value) as kept
  from cell c cross join asked a left join edge e using (workspace_id, customer_id, instant)
  where c.since >= coalesce(e.upto, a.start + interval '1 microsecond') group by 1, 2, 3
), counted_window as (
  select l.workspace_id, l.customer_id, a.instant, count(*) as counted, count(*) filter (where l.created_at < e.upto) as before
  from asked a join live l on l.created_at > a.start left join edge e using (workspace_id, customer_id, instant) group by 1, 2, 3
), counted_month as (
  select workspace_id, customer_id, date_trunc('month', created_at, 'UTC') as month, sum(cost) as value from live group by 1, 2, 3
), newest as (
  select distinct on (workspace_id, customer_id) workspace_id, customer_id, (select row_to_json(r) from (
    select id, direction, status, duration, call_type, sentiment_score,
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at) r)::text as call
  from live order by workspace_id, customer_id, live.created_at desc, id desc
), compared as (
  select p.customer_id as parent, f.what, coalesce(f.kept, 0)::text as kept, coalesce(f.counted, 0)::text as counted
  from parent p
  left join (select workspace_id, customer_id, ${Object.entries(SUMS)
    .map(([column, sum]) => `${sum} as ${column}`)
    .join(', ')} from live group by 1, 2) c using (workspace_id, customer_id)
  left join ${CALL} b using (workspace_id, customer_id)
  left join (select workspace_id, customer_id, ${Object.keys(SUMS)
    .map((column) => `sum(${column}) as ${column}`)
    .join(', ')} from unfolded group by 1, 2) d using (workspace_id, customer_id)
  cross join lateral (values ${pairs(
    Object.keys(SUMS),
    (column) => `coalesce(b.${column}, 0) + coalesce(d.${column}, 0), c.${column}`,
  )}) f (what, kept, counted)
  where coalesce(f.kept, 0) <> coalesce(f.counted, 0)
  union all
  select p.customer_id, 'calls_last_30_days at ' || a.instant, f.kept::text, f.counted::text
  from parent p cross join asked a
  left join counted_window w using (workspace_id, customer_id, instant)
  left join kept_window k using (workspace_id, customer_id, instant)
  cross join lateral (select coalesce(k.kept, 0) + coalesce(w.before, 0) as kept, coalesce(w.counted, 0) as counted) f
  where f.kept <> f.counted
  union all
  select p.customer_id, 'cost_this_month at ' || a.instant, f.kept::text, f.counted::text
  from parent p cross join asked a
  cross join lateral (select
    (select coalesce(sum(m.value), 0) from month m
     where m.workspace_id = p.workspace_id and m.customer_id = p.customer_id and m.month = a.month) as kept,
    (select coalesce(sum(m.value), 0) from counted_month m
     where m.workspace_id = p.workspace_id and m.customer_id = p.customer_id and m.month = a.month) as counted) f
  where f.kept <> f.counted
  union all
  select p.customer_id, 'latest_call', b.latest_call::text, n.call
  from parent p left join ${CALL} b using (workspace_id, customer_id) left join newest n using (workspace_id, customer_id)
  where b.latest_call::text is distinct from n.call
    and not exists (select from unfolded d where d.workspace_id = p.workspace_id and d.customer_id = p.customer_id)
  union all
  select p.customer_id, f.what, f.kept::text, f.counted::text
  from parent p
  left join ${ENROLMENT} b using (workspace_id, customer_id)
  cross join lateral (
    select coalesce(sum(d.rows), 0) as rows, coalesce(sum(d.campaign_stats_completed_campaigns), 0) as completed
    from enrolment d where d.workspace_id = p.workspace_id and d.customer_id = p.customer_id) d
  cross join lateral (
    select count(*) as rows, count(*) filter (where status = 'completed') as completed
    from callbot.call_campaign_customer e where e.workspace_id = p.workspace_id and e.customer_id = p.customer_id) c
  cross join lateral (values
    ('enrolments', coalesce(b.rows, 0) + d.rows, c.rows),
    ('completed_campaigns', coalesce(b.campaign_stats_completed_campaigns, 0) + d.completed, c.completed)) f (what, kept, counted)
  where f.kept <> f.counted
  union all
  -- Folded cells are in order, disjoint, never empty, and hold 256 rows at most unless they are one instant.
  select b.customer_id, 'cell ' || c.since, c.until::text, c.value::text
  from ${CALL} b, lateral (
    select c.*, lag(c.until) over (order by c.n) as before
    from unnest(calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value)
      with ordinality c (since, until, value, n)) c
  where c.before > c.since or c.value <= 0 or c.value > 256 and c.until > c.since + interval '1 microsecond'
)
table compared`;

/** A connection whose recounts are not compiled first: that takes seconds where the server can. */
export async function openRecounting(url: string): Promise<OwnerClient> {
  const client = await connectOwner(url);
  await client.query('set jit = off');
  return client;
}

/** Every figure that differs from a recount in this client's snapshot, those with time at each of the instants. */
export async function wrongFigures(client: OwnerClient, instants: readonly string[]): Promise<readonly Wrong[]> {
  return (await client.query<Wrong>(FIGURES, [instants])).rows;
}

export const ROLLUPS = ['customer_call_rollup', 'customer_enrolment_rollup'] as const;

/** Counts both rollups from their children, as `rollup build` does, and says so. */
export async function buildAll(client: OwnerClient): Promise<void> {
  await client.query('begin isolation level repeatable read');
  for (const rollup of ROLLUPS) await client.query(`select callbot.${rollup}_build(null, null, null, null)`);
  await client.query("update altiplano.rollup set state = 'ready'; commit");
}

/** Folds what is pending, one batch; with fewer parents than are pending it leaves some over. */
export async function foldSome(client: OwnerClient, most = 1_000): Promise<void> {
  for (const rollup of ROLLUPS) {
    await client.query(
      `select callbot.${rollup}_fold(array_agg(tenant), array_agg(parent)) from callbot.${rollup}_pending($1)`,
      [most],
    );
  }
}

/** Unfolded deltas of the parent that has most of them. */
export async function mostUnfolded(client: OwnerClient): Promise<number> {
  const { rows } = await client.query(
    `select coalesce(max(count), 0)::int as most from (select count(*) from (${unfolded(CALL)}) d group by workspace_id, customer_id) c`,
  );
  return rows[0].most;
}
