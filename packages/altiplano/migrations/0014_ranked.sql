-- Ranked search (docs/decisions/0017): names and what is searched for are compared as words, without case and accents, and
-- alike is what shares trigrams, as pg_trgm counts them, which is not asked for.
-- Up Migration

-- Words with two blanks before each and one after the last: whoever begins one, has blanks before it. What is neither
-- letter nor digit is listed: what a locale takes for one would differ from server to server.
create function altiplano.words(input text) returns text
language sql immutable parallel safe as $$
  select case when w.words = '' then '' else '  ' || w.words || ' ' end
  from (
    select btrim(regexp_replace(
      altiplano.fold(case when octet_length(input) = length(input) then input
        else normalize(regexp_replace(normalize(input, NFD), '[\u0300-\u036f]', '', 'g'), NFC) end),
      '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u3002]+',
      '  ', 'g')) as words
  ) w
$$;

-- Of each word with two blanks before it and one after it, each once, in order.
create function altiplano.trigrams(words text) returns text[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(g.gram order by g.place), '{}')
  from (
    select substr(words, i, 3) as gram, min(i) as place
    from generate_series(1, length(words) - 2) i
    where substr(words, i + 1, 2) <> '  '
    group by 1
  ) g
$$;

-- What a search looks for. Rows are chosen by at most 15 of its trigrams, spread over it, as terms: those inside the text
-- and those that begin or end it. One or two letters begin a word, which is one trigram.
create function altiplano.sought(
  search text,
  out text text, out held text, out wanted text[], out inner_terms text[], out outer_terms text[], out needed integer, out is_prefix boolean
)
language plpgsql immutable parallel safe as $$
declare
  words constant text := altiplano.words(search);
  chosen text[];
begin
  text := btrim(words);
  wanted := altiplano.trigrams(words);
  held := text;
  is_prefix := length(text) < 3;
  if is_prefix then
    held := "right"('  ' || text, 3);
    chosen := array[held];
  elsif cardinality(wanted) <= 15 then
    chosen := wanted;
  else
    chosen := array(select wanted[1 + k * cardinality(wanted) / 15] from generate_series(0, 14) k order by k);
  end if;
  inner_terms := array(select '~' || g from unnest(chosen) g where strpos(text, g) > 0);
  outer_terms := array(select '~' || g from unnest(chosen) g where strpos(text, g) = 0);
  needed := (3 * cardinality(chosen) + 9) / 10;
end $$;

-- How well a name fits, as far as the chosen trigrams tell: from 16 on it has all that are inside the text. Null: too few.
create function altiplano.level_of(words text, inner_terms text[], outer_terms text[], needed integer) returns integer
language sql immutable parallel safe as $$
  select case
    when i.shared > 0 and i.shared = cardinality(inner_terms) then 16 + i.shared + o.shared
    when i.shared + o.shared >= needed then i.shared + o.shared
  end
  from (select count(*)::integer as shared from unnest(inner_terms) t where strpos(words, substr(t, 2)) > 0) i,
    (select count(*)::integer as shared from unnest(outer_terms) t where strpos(words, substr(t, 2)) > 0) o
$$;

-- The same of a whole segment: for each level the rows that have it. Bits of up to 15 terms are added up as four digits.
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

-- 10,000 for the text itself and, of 10,000, what is alike: how many trigrams are common, of how many in all. Null where
-- neither is enough: 0.3, and of one or two letters the beginning of a word.
create function altiplano.rank_of(is_held boolean, is_prefix boolean, common bigint, total bigint) returns bigint
language sql immutable parallel safe as $$
  select case
    when is_held then 10000 + 10000 * common / total
    when not is_prefix and 10 * common >= 3 * total then 10000 * common / total
  end
$$;

-- Down Migration
drop function altiplano.rank_of(boolean, boolean, bigint, bigint);
drop function altiplano.levels(bit varying, bit varying[], integer, bit varying[], integer);
drop function altiplano.level_of(text, text[], text[], integer);
drop function altiplano.sought(text);
drop function altiplano.trigrams(text);
drop function altiplano.words(text);
