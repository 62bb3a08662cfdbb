-- Labels of the customers at the places $1 to $2: none to five by Zipf's law, and one that only the oldest have.
insert into callbot.customer_campaign_labels (customer_id, label_id)
select distinct bench.key('customer', place), bench.key('label', case when bench.is_small(place) then 1000 else 0 end + label)
from (
  select place, floor((1 + bench.unit(place * 8 + turn, 41) * (sqrt(sqrt(60.0::float8)) - 1)) ^ 4)::bigint - 1 as label
  from generate_series($1::bigint, $2::bigint) as place,
    generate_series(1, (array[0, 0, 0, 0, 1, 1, 1, 2, 2, 5])[1 + floor(bench.unit(place, 40) * 10)::int]) as turn
  union all
  select place, 60 from generate_series($1::bigint, $2::bigint) as place where bench.is_oldest(place)
) drawn
