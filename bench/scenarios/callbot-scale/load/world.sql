-- What rows of different tables must agree on, computed from a row's number alone: a child finds its parent without a
-- join, and a chunk that is loaded again gives the same rows. bench.customers(), bench.every(), bench.calls(),
-- bench.anchor() and bench.step() are constants of the volume. Two workspaces share the tables: of every `every() + 1`
-- customers, one belongs to the small one.

-- Uniform in [0, 1), one for each number and stream.
create function bench.unit(number bigint, stream bigint) returns float8 language sql immutable parallel safe
return (hashint8extended(number, stream) & 4294967295)::float8 / 4294967296;

create function bench.key(kind text, number bigint) returns uuid language sql immutable parallel safe
return md5(kind || number::text)::uuid;

create function bench.is_small(place bigint) returns boolean language sql immutable parallel safe
return place % (bench.every() + 1) = bench.every();

-- The place of a workspace's customer among all of them, which are numbered in the order of their creation.
create function bench.place(number bigint, small boolean) returns bigint language sql immutable parallel safe
return case when small then number * (bench.every() + 1) + bench.every() else number + number / bench.every() end;

create function bench.size(small boolean) returns bigint language sql immutable parallel safe
return case when small then bench.customers() / bench.every() else bench.customers() end;

-- The 25 busiest customers of a workspace follow one another in page order, in its middle: the busy page.
create function bench.is_busy(place bigint) returns boolean language sql immutable parallel safe
return case when bench.is_small(place)
  then place / (bench.every() + 1) - bench.size(true) / 2 between 0 and 24
  else place - place / (bench.every() + 1) - bench.size(false) / 2 between 0 and 24 end;

create function bench.deleted(place bigint) returns boolean language sql immutable parallel safe
return bench.unit(place, 12) < 0.03 and not bench.is_busy(place);

create function bench.enrolments(place bigint) returns int language sql immutable parallel safe
return case when bench.unit(place, 13) < 0.8 then 0 else 1 + (bench.unit(place, 14) * 4)::int end;

-- Over two years. Now and then an import of a hundred customers at one instant, away from the busy ones. Stable, as arithmetic with time zones is:
-- declared immutable it would not be inlined, which costs half of the load.
create function bench.created(place bigint) returns timestamptz language sql stable parallel safe
return bench.anchor() - interval '730 days' * (1 -
  case when bench.unit(place / 100, 15) < 0.02 and abs(2 * place - bench.customers() - bench.size(true)) > 1000
    then (place / 100 * 100)::float8 else place + 0.9 * bench.unit(place, 16) end
  / (bench.customers() + bench.size(true)));

-- What is rare and lies as deep as it can: asked for in page order, it is found last.
create function bench.is_oldest(place bigint) returns boolean language sql immutable parallel safe
return place < 40;
