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
    name character varying(255),
    phone character varying(20),
    email character varying(254),
    carrier character varying(50),
    status character varying(20),
    quality character varying(20),
    call_status character varying(20),
    is_test boolean,
    checked boolean,
    other_attributes jsonb,
    employee_id uuid,
    label_ids uuid[]
  )
  where (select e.current from entry e)
),
kept as materialized (
  select k.*
  from altiplano.kept_reply($6::text, $7::text, $8::text) k
  where (select e.current from entry e)
),
page as materialized (
  select t.id
  from callbot.customer t
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = any($9::uuid[])
    and (select e.current from entry e)
),
target as materialized (
  select r.id
  from callbot.label r
  where r.workspace_id = $1::uuid
    and r.id = $10::uuid
),
problems as materialized (
  select i.alt_position as position, 'id' as member, 'missing' as problem
  from items i
  where not exists (select from page p where p.id = i.id)
  union all
  select i.alt_position as position, 'label_id' as member, 'missing' as problem
  from items i
  where not exists (select from target)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems) and not exists (select from kept)
),
moved as (
  insert into callbot.customer_campaign_labels (workspace_id, customer_id, label_id)
  select $1::uuid, p.id, r.id
  from page p cross join target r
  where exists (select from ready)
  on conflict do nothing
  returning customer_id as id
),
touched as (
  update callbot.customer t
  set updated_at = greatest(statement_timestamp(), t.updated_at + interval '1 microsecond')
  from moved m
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = m.id
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems,
  (select k.fingerprint from kept k) as kept_fingerprint,
  (select k.location from kept k) as kept_location,
  (select k.items from kept k) as kept_items,
  (select left(translate(encode(sha256(convert_to(k.items, 'UTF8')), 'base64'), '+/', '-_'), 22) from kept k) as kept_etag,
  case when exists (select from ready) then altiplano.keep_reply($12::text, $13::text, $14::text, $15::text, $11::text, null) end as keeps
