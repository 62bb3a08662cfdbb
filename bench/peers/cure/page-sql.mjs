const time = (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const cost = (filter = '') =>
  `round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds)${filter}, 0) / 60, 2)`;
const ofType = (type) => cost(` filter (where k.call_type = '${type}')`);
const month = (time) => `date_trunc('month', ${time} at time zone 'UTC')`;

/** The page's items as JSON texts, with their keys. */
export function pageSql(conditions, rows) {
  return `
select ${time('c.created_at')} as created, c.id::text,
  json_build_object(
    'id', c.id, 'workspace_id', c.workspace_id, 'name', c.name, 'email', c.email, 'phone', c.phone, 'status', c.status,
    'tags', (select coalesce(json_agg(l.name order by l.name collate "C"), '[]')
             from customer_campaign_labels cl join label l on l.id = cl.label_id where cl.customer_id = c.id),
    'other_attributes', c.other_attributes, 'is_deleted', c.is_deleted,
    'created_at', ${time('c.created_at')}, 'updated_at', ${time('c.updated_at')},
    'employee', (select json_build_object('id', e.id, 'name', e.name, 'email', e.email) from employee e where e.id = c.employee_id),
    'latest_call', (select json_build_object('id', k.id, 'direction', k.direction, 'status', k.status, 'duration', k.duration,
                      'call_type', k.call_type, 'sentiment_score', k.sentiment_score, 'created_at', ${time('k.created_at')})
                    from call k where k.customer_id = c.id and not k.is_deleted order by k.created_at desc, k.id desc limit 1),
    'total_calls', f.total, 'total_duration_seconds', f.seconds, 'calls_last_30_days', f.recent,
    'successful_calls', f.successful, 'missed_calls', f.missed,
    'campaign_stats', json_build_object('total_campaign_calls', f.linked,
      'completed_campaigns', (select count(*) from call_campaign_customer n where n.customer_id = c.id and n.status = 'completed'),
      'active_campaign', (select json_build_object('id', a.id, 'name', a.name)
                          from call_campaign_customer n join call_campaign a on a.id = n.campaign_id
                          where n.customer_id = c.id and a.status = 'active' order by n.created_at desc, n.id desc limit 1)),
    'billing_summary', json_build_object('total_cost', f.cost, 'cost_this_month', f.cost_this_month,
      'billing_breakdown', json_build_object('campaign', f.campaign, 'direct', f.direct, 'callback', f.callback))
  )::text as item
from (
  select * from customer c where ${conditions.join(' and ')} order by c.created_at desc, c.id desc limit ${rows}
) c
cross join lateral (
  select count(*) as total, coalesce(sum(k.duration_seconds), 0) as seconds,
    count(*) filter (where k.created_at > now() - interval '30 days') as recent,
    count(*) filter (where k.status = 'completed') as successful, count(*) filter (where k.status = 'missed') as missed,
    count(k.campaign_customer_id) as linked, ${cost()} as cost,
    ${cost(` filter (where ${month('k.created_at')} = ${month('now()')})`)} as cost_this_month,
    ${ofType('campaign')} as campaign, ${ofType('direct')} as direct, ${ofType('callback')} as callback
  from call k where k.customer_id = c.id and not k.is_deleted
) f
order by c.created_at desc, c.id desc`;
}
