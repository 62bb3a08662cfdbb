-- Three workspaces that differ in size only: 4 calls a customer, and what the filters look for spread alike.
-- Consistent as it is, so nothing checks and follows each row: what triggers keep is built afterwards.
set session_replication_role = replica;

insert into workspace (id, name)
select format('00000000-0000-4000-8000-000a%s', lpad(w::text, 8, '0'))::uuid, 'Workspace ' || w from generate_series(1, 3) w;

insert into employee (id, workspace_id, name, email)
select md5('employee' || w || '-' || e)::uuid, format('00000000-0000-4000-8000-000a%s', lpad(w::text, 8, '0'))::uuid, 'Employee ' || e, e || '@callbot.example'
from generate_series(1, 3) w, generate_series(0, 19) e;

insert into app_user (id, email, name, role)
select format('00000000-0000-4000-8000-000b%s', lpad(w::text, 8, '0'))::uuid, w || '@callbot.example', 'Admin', 'admin' from generate_series(1, 3) w;
insert into app_user_workspaces (user_id, workspace_id, workspace_created_at)
select replace(w.id::text, '-000a', '-000b')::uuid, w.id, w.created_at from workspace w;

insert into label (id, workspace_id, name)
select md5('label' || w || '-' || l)::uuid, format('00000000-0000-4000-8000-000a%s', lpad(w::text, 8, '0'))::uuid, 'Label ' || l
from generate_series(1, 3) w, generate_series(0, 39) l;

insert into customer (id, workspace_id, name, email, phone, carrier, status, quality, call_status, duration, is_test, checked,
                      other_attributes, is_deleted, employee_id, created_at)
select md5('customer' || w || '-' || i)::uuid, format('00000000-0000-4000-8000-000a%s', lpad(w::text, 8, '0'))::uuid,
  (array['Nguyễn Văn', 'Anna Weiß', 'John Smith', 'Ολυμπία'])[1 + i % 4] || ' ' || i, 'person' || i || '@mail.example', '+84 90 ' || i,
  (array['Viettel', 'Mobifone', null])[1 + i % 3],
  (array['active', 'active', 'inactive', 'pending', null])[1 + i % 5],
  (array['hot', 'warm', 'cold', 'dead', null])[1 + i / 5 % 5],
  (array['pending', 'calling', 'completed', 'failed', null])[1 + i / 25 % 5],
  i % 20, i % 20 = 0, i % 3 = 0,
  jsonb_build_object('city', (array['Hanoi', 'Huế', 'Đà Nẵng'])[1 + i % 3], 'ref', i % 500),
  i % 40 = 39, md5('employee' || w || '-' || i % 20)::uuid, timestamptz '2026-01-01' - i * interval '7 minutes'
from generate_series(1, 3) w, generate_series(1, (array[1000, 10000, 100000])[w]) i;

insert into customer_campaign_labels (workspace_id, customer_id, label_id)
select format('00000000-0000-4000-8000-000a%s', lpad(w::text, 8, '0'))::uuid, md5('customer' || w || '-' || i)::uuid, md5('label' || w || '-' || (i * l) % 40)::uuid
from generate_series(1, 3) w, generate_series(1, (array[1000, 10000, 100000])[w]) i, generate_series(1, 2) l
on conflict do nothing;

insert into call (workspace_id, customer_id, direction, status, duration, duration_seconds, call_type, billing_rate, created_at)
select format('00000000-0000-4000-8000-000a%s', lpad(w::text, 8, '0'))::uuid, md5('customer' || w || '-' || i)::uuid, 'inbound',
  (array['completed', 'missed', 'busy'])[1 + i % 3], 60.5, 61, (array['campaign', 'direct', 'callback'])[1 + i % 3], 0.1234,
  timestamptz '2026-01-01' - (i % 1000) * interval '1 hour' + c * interval '1 minute'
from generate_series(1, 3) w, generate_series(1, (array[1000, 10000, 100000])[w]) i, generate_series(1, 4) c;

reset session_replication_role;
