-- Customers at the places $1 to $2, in the order of their creation.
insert into callbot.customer (id, workspace_id, name, email, phone, carrier, status, quality, call_status, duration, is_test,
  checked, other_attributes, is_deleted, deleted_at, employee_id, created_at, updated_at)
select
  bench.key('customer', place),
  case when small then bench.key('workspace', 1) else bench.key('workspace', 0) end,
  case when oldest then 'Needle ' else '' end
    || (array['Anna', 'Jürgen', 'Nguyễn', 'Maria', 'Piotr', 'Aylin', 'Chloé', 'Mateo'])[1 + (one & 7)] || ' '
    || (array['Kowalski', 'Schmidt', 'Trần', 'García', 'Yılmaz', 'Dupont', 'Rossi', 'Novák', 'Smith', 'Lê'])[1 + ((one >> 3) & 1023) % 10],
  case when (one >> 13) & 15 < 14 then format('%s.%s@%s', (array['sales', 'info', 'hello', 'office'])[1 + ((one >> 17) & 3)],
    to_hex(place * 7919), (array['example.com', 'example.org', 'mail.example'])[1 + ((one >> 19) & 255) % 3]) end,
  '+84' || lpad(((one >> 27) & 268435455)::text, 9, '0'),
  case when oldest then 'Oldest'
    else (array['Viettel', 'Viettel', 'Viettel', 'Vodafone', 'Vodafone', 'Telekom', 'Orange', 'Entel', 'AT&T', null])
         [1 + floor(bench.unit(place, 20) * 10)::int] end,
  case when bench.unit(place, 21) < 0.70 then 'active' when bench.unit(place, 21) < 0.85 then 'inactive'
    when bench.unit(place, 21) < 0.945 then 'pending' when bench.unit(place, 21) < 0.95 then 'blocked' end,
  (array['cold', 'cold', 'cold', 'cold', 'warm', 'warm', 'warm', 'hot', 'dead', null])[1 + floor(bench.unit(place, 22) * 10)::int],
  case when bench.unit(place, 23) < 0.4 then 'pending' when bench.unit(place, 23) < 0.8 then 'completed'
    when bench.unit(place, 23) < 0.9 then 'failed' when bench.unit(place, 23) < 0.92 then 'calling' end,
  case when oldest then 99999 when bench.unit(place, 24) < 0.4 then 0
    else floor(160 * (1 / sqrt(1 - bench.unit(place, 25)) - 1)) / 4 end,
  bench.unit(place, 26) < 0.01,
  bench.unit(place, 27) < 0.3,
  format('{"city": "%s", "plan": "%s", "score": %s, "ref": "R-%s"}',
    case when oldest then 'Atlantis' else (array['Hanoi', 'Berlin', 'Lima', 'Kraków', 'Ankara', 'Lyon'])[1 + floor(6 * bench.unit(place, 28) ^ 2)::int] end,
    (array['free', 'basic', 'pro', 'enterprise'])[1 + floor(4 * bench.unit(place, 29) ^ 2)::int],
    (one >> 55) & 7,
    lpad(((one >> 40) & 8191)::text, 4, '0'))::jsonb,
  deleted,
  case when deleted then created + interval '1 day' end,
  case when bench.unit(place, 30) < 0.85
    then bench.key('employee', case when small then 1000 else 0 end + floor(200 * bench.unit(place, 31) ^ 2)::bigint) end,
  created,
  created + (bench.anchor() - created) * bench.unit(place, 32)
from (
  select place, hashint8extended(place, 10) as one, bench.is_small(place) as small, bench.deleted(place) as deleted,
    bench.created(place) as created, bench.is_oldest(place) as oldest
  from generate_series($1::bigint, $2::bigint) as place
  offset 0
) drawn
