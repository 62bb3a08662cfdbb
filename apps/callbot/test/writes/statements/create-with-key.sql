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
problems as materialized (
  select i.alt_position as position, 'employee_id' as member, 'unknown' as problem
  from items i
  where i.employee_id is not null
    and not exists (select from callbot.employee r where r.workspace_id = $1::uuid and r.id = i.employee_id)
  union all
  select i.alt_position as position, 'label_ids' as member, 'unknown' as problem
  from items i, unnest(i.label_ids) as of_link (id)
  where not exists (select from callbot.label r where r.workspace_id = $1::uuid and r.id = of_link.id)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems) and not exists (select from kept)
),
created as (
  insert into callbot.customer (id, workspace_id, name, phone, email, carrier, status, quality, call_status, is_test, checked, other_attributes, employee_id)
  select
    i.id,
    $1::uuid,
    i.name,
    i.phone,
    i.email,
    i.carrier,
    i.status,
    i.quality,
    i.call_status,
    i.is_test,
    i.checked,
    i.other_attributes,
    i.employee_id
  from items i
  where exists (select from ready)
  order by i.id
),
linked_label as (
  insert into callbot.customer_campaign_labels (workspace_id, customer_id, label_id)
  select $1::uuid, i.id, of_link.id
  from items i, unnest(i.label_ids) as of_link (id)
  where exists (select from ready)
  order by 1, 2, 3
  on conflict do nothing
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems,
  (select k.fingerprint from kept k) as kept_fingerprint,
  (select k.location from kept k) as kept_location,
  (select k.items from kept k) as kept_items,
  (select left(translate(encode(sha256(convert_to(k.items, 'UTF8')), 'base64'), '+/', '-_'), 22) from kept k) as kept_etag
