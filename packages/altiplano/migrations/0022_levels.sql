-- Nodes of the version before 0016 ask for levels without `most`: they go on until they are restarted.
-- Up Migration
create function altiplano.levels(
  among bit varying, inner_bits bit varying[], inner_terms integer, outer_bits bit varying[], needed integer
) returns table (level integer, bits bit varying)
language sql immutable parallel safe rows 5 as $$
  select l.level, l.bits from altiplano.levels(among, inner_bits, inner_terms, outer_bits, needed, 2147483647) l
$$;

-- Down Migration
drop function altiplano.levels(bit varying, bit varying[], integer, bit varying[], integer);
