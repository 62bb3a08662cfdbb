-- Enrolments of the customers at the places $1 to $2.
insert into callbot.call_campaign_customer (id, workspace_id, campaign_id, customer_id, status, created_at)
select bench.key('enrolment', place * 8 + turn),
  case when bench.is_small(place) then bench.key('workspace', 1) else bench.key('workspace', 0) end,
  bench.key('campaign', case when bench.is_small(place) then 1000 else 0 end + floor(24 * bench.unit(place * 8 + turn, 42) ^ 2)::bigint),
  bench.key('customer', place),
  (array['completed', 'completed', 'completed', 'completed', 'completed', 'pending', 'pending', 'pending', 'failed', 'calling'])
    [1 + floor(bench.unit(place * 8 + turn, 43) * 10)::int],
  bench.created(place) + (bench.anchor() - bench.created(place)) * bench.unit(place * 8 + turn, 44)
from generate_series($1::bigint, $2::bigint) as place, generate_series(0, bench.enrolments(place) - 1) as turn
