-- Calls $1 to $2, in the order of time as a live table is: those of one customer lie scattered. Every hundredth belongs to
-- the busiest customer, the others follow Zipf's law with exponent 3/4 over three fifths of the customers.
insert into callbot.call (id, workspace_id, customer_id, campaign_customer_id, direction, status, duration,
  duration_seconds, recording_url, transcript, sentiment_score, call_type, billing_rate, is_deleted, created_at)
select
  bench.key('call', i),
  case when small then bench.key('workspace', 1) else bench.key('workspace', 0) end,
  bench.key('customer', place),
  enrolment,
  case when one & 31 < 11 then 'inbound' else 'outbound' end,
  status,
  tenths / 10.0::float8,
  (tenths + 5) / 10,
  case when status = 'completed' and (one >> 5) & 15 < 5 then 'https://recordings.example/' || i::text || '.ogg' end,
  case when status = 'completed' and (one >> 9) & 15 < 3 then
    left('The customer asked about the offer, wants a call back next week and prefers the evening. ' ||
         'Agent confirmed the address and sent the contract by mail; a reminder is set for Friday.', 60 + (i % 110)::int) end,
  case when (one >> 13) & 15 < 10 then (((one >> 17) & 2047) % 2001 - 1000) / 1000.0::float8 end,
  case when enrolment is not null or (one >> 28) & 31 = 0 then 'campaign' when (one >> 28) & 31 < 6 then 'callback' else 'direct' end,
  case when (one >> 33) & 15 <> 0 then (1000 + ((one >> 37) & 16383))::numeric(10, 4) / 10000 end,
  (one >> 51) & 127 = 1,
  created
from (
  select i, one, small, place,
    case when status = 'completed' then least(36000, 900 * (1 / sqrt(1 - bench.unit(i, 4)) - 1))::int else 0 end as tenths,
    status,
    case when enrolments > 0 and two & 15 < 10 then bench.key('enrolment', place * 8 + ((two >> 4) & 1023) % enrolments) end as enrolment,
    case when wanted > born then wanted else born + (bench.anchor() - born) * bench.unit(i, 5) end as created
  from (
    select i, one, small, place, hashint8extended(i, 2) as two,
      case when (one >> 40) & 63 < 45 then 'completed' when (one >> 40) & 63 < 59 then 'missed' else 'busy' end as status,
      bench.enrolments(place) as enrolments,
      bench.created(place) as born,
      bench.anchor() - interval '548 days' * (1 - sqrt((i + bench.unit(i, 6)) / (bench.calls() + bench.calls() / bench.every()))) as wanted
    from (
      select i, one, small, bench.place(case
          when rank < 25 then bench.size(small) / 2 + rank
          else (bench.size(small) / 2 + rank * bench.step()) % bench.size(small) end, small) as place
      from (
        select i, small, hashint8extended(i, 1) as one,
          case when number % 100 = 0 then 0
            else floor((1 + bench.unit(i, 3) * (sqrt(sqrt(0.6::float8 * bench.size(small))) - 1)) ^ 4)::bigint end as rank
        from (
          select i, i % (bench.every() + 1) = bench.every() as small,
            case when i % (bench.every() + 1) = bench.every() then i / (bench.every() + 1) else i - i / (bench.every() + 1) end as number
          from generate_series($1::bigint, $2::bigint) as i
          offset 0
        ) numbered offset 0
      ) ranked offset 0
    ) placed offset 0
  ) timed offset 0
) drawn
