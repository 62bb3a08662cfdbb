with entry as materialized (
  select u.role = $3::text and u.employee_id is not distinct from $4::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $2::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
items as materialized (
  select i.*
  from json_to_recordset($5::json) as i (
    alt_position integer,
    id uuid,
    alt_named text[],
    customer_id uuid,
    direction character varying(10),
    status character varying(20),
    duration double precision,
    call_type character varying(20),
    campaign_customer_id uuid,
    recording_url text,
    transcript text,
    sentiment_score double precision,
    billing_rate numeric(10,4),
    created_at timestamp with time zone
  )
  where (select e.current from entry e)
),
problems as materialized (
  select i.alt_position as position, 'customer_id' as member, 'unknown' as problem
  from items i
  where i.customer_id is not null
    and not exists (select from callbot.customer r where r.workspace_id = $1::uuid and r.id = i.customer_id and not r.is_deleted and r.employee_id = $6::uuid)
  union all
  select i.alt_position as position, 'campaign_customer_id' as member, 'unknown' as problem
  from items i
  where i.campaign_customer_id is not null
    and not exists (select from callbot.call_campaign_customer r where r.workspace_id = $1::uuid and r.id = i.campaign_customer_id and r.customer_id = i.customer_id)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems)
),
created as (
  insert into callbot.call (id, workspace_id, customer_id, direction, status, duration, call_type, campaign_customer_id, recording_url, transcript, sentiment_score, billing_rate, created_at, duration_seconds)
  select
    i.id,
    $1::uuid,
    i.customer_id,
    i.direction,
    i.status,
    i.duration,
    i.call_type,
    i.campaign_customer_id,
    i.recording_url,
    i.transcript,
    i.sentiment_score,
    i.billing_rate,
    coalesce(i.created_at, now()),
    trunc(i.duration) + sign(i.duration) * (abs(i.duration - trunc(i.duration)) >= 0.5)::int
  from items i
  where exists (select from ready)
  order by i.id
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems
