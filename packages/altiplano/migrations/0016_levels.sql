-- Ranked search (docs/decisions/0017): levels of a segment as far as they are looked at, the best first. Of a million names
-- all of them took 50 ms, and of a frequent word the first is enough.
-- Up Migration
drop function altiplano.levels(bit varying, bit varying[], integer, bit varying[], integer);

-- For each level the rows of a segment that have it, until there are `most`. Bits of up to 15 terms are added up as four digits.
create function altiplano.levels(
  among bit varying, inner_bits bit varying[], inner_terms integer, outer_bits bit varying[], needed integer, most integer
) returns table (level integer, bits bit varying)
language plpgsql immutable parallel safe rows 5 as $$
declare
  terms constant bit varying[] := coalesce(inner_bits, '{}') || coalesce(outer_bits, '{}');
  none constant bit varying := among & ~among;
  ones bit varying := none;
  twos bit varying := none;
  fours bit varying := none;
  eights bit varying := none;
  whole bit varying := case when inner_terms > 0 and cardinality(inner_bits) = inner_terms then among else none end;
  carry bit varying;
  next_carry bit varying;
  term bit varying;
  base integer; -- of those that have all that is inside the text, and of the others
  least integer;
  rest bit varying;
  reached bigint := 0;
begin
  foreach term in array coalesce(inner_bits, '{}') loop
    whole := whole & term;
  end loop;
  foreach term in array terms loop
    carry := ones & term;
    ones := ones # term;
    next_carry := twos & carry;
    twos := twos # carry;
    carry := fours & next_carry;
    fours := fours # next_carry;
    eights := eights # carry;
  end loop;
  foreach base in array array[16, 0] loop
    rest := case when base = 16 then whole else among & ~whole end;
    least := case when base = 16 then 1 else needed end;
    continue when bit_count(rest) = 0;
    for shared in reverse cardinality(terms)..least loop
      bits := rest;
      bits := bits & case when shared & 8 > 0 then eights else ~eights end;
      continue when bit_count(bits) = 0;
      bits := bits & case when shared & 4 > 0 then fours else ~fours end;
      bits := bits & case when shared & 2 > 0 then twos else ~twos end;
      bits := bits & case when shared & 1 > 0 then ones else ~ones end;
      continue when bit_count(bits) = 0;
      level := base + shared;
      return next;
      reached := reached + bit_count(bits);
      if reached >= most then
        return;
      end if;
    end loop;
  end loop;
end $$;

-- Down Migration
drop function altiplano.levels(bit varying, bit varying[], integer, bit varying[], integer, integer);
create function altiplano.levels(
  among bit varying, inner_bits bit varying[], inner_terms integer, outer_bits bit varying[], needed integer
) returns table (level integer, bits bit varying)
language plpgsql immutable parallel safe rows 5 as $$
declare
  none constant bit varying := among & ~among;
  ones bit varying := none;
  twos bit varying := none;
  fours bit varying := none;
  eights bit varying := none;
  whole bit varying := case when inner_terms > 0 and cardinality(inner_bits) = inner_terms then among else none end;
  carry bit varying;
  next_carry bit varying;
  term bit varying;
begin
  foreach term in array coalesce(inner_bits, '{}') loop
    whole := whole & term;
  end loop;
  foreach term in array coalesce(inner_bits, '{}') || coalesce(outer_bits, '{}') loop
    carry := ones & term;
    ones := ones # term;
    next_carry := twos & carry;
    twos := twos # carry;
    carry := fours & next_carry;
    fours := fours # next_carry;
    eights := eights # carry;
  end loop;
  for shared in reverse 15..1 loop
    term := among
      & case when shared & 1 > 0 then ones else ~ones end & case when shared & 2 > 0 then twos else ~twos end
      & case when shared & 4 > 0 then fours else ~fours end & case when shared & 8 > 0 then eights else ~eights end;
    level := 16 + shared;
    bits := term & whole;
    if bit_count(bits) > 0 then
      return next;
    end if;
    level := shared;
    bits := term & ~whole;
    if shared >= needed and bit_count(bits) > 0 then
      return next;
    end if;
  end loop;
end $$;
