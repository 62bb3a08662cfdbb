-- Bitmaps: which there are, the names of terms, and the arithmetic that their generated functions share.
-- Up Migration

-- One row for each bitmap of each app, as altiplano.rollup has it: writers read `generation` to choose the table of
-- entries they append to, and a stale read is harmless, because what an entry counts for is decided by snapshots.
create table altiplano.bitmap (
  schema_name name not null,
  name name not null,
  definition jsonb not null,
  state text not null default 'unbuilt' check (state in ('unbuilt', 'building', 'ready')),
  generation smallint not null default 0 check (generation in (0, 1)),
  flipped_at timestamptz,
  cursor_tenant uuid, -- the last tenant that is built
  built_rows bigint not null default 0,
  folded pg_snapshot, -- what is visible in it is consumed for every tenant
  folded_at timestamptz,
  last_fold_xid xid8,
  system_identifier bigint, -- the cluster whose transaction numbers the rows carry
  primary key (schema_name, name)
);

-- What a row is found by, short enough for an index whatever an attribute holds. sha256 because md5 is refused where
-- FIPS is enforced. Names of columns cannot start with `#`.
create function altiplano.bounded_term(term text) returns text
language sql stable strict parallel safe as $$
  select case
    when length(term) <= 100 then term -- 400 bytes at most, whatever the letters
    when octet_length(convert_to(term, 'UTF8')) <= 400 then term
    else '#' || encode(sha256(convert_to(term, 'UTF8')), 'hex')
  end
$$;

-- Top-level attributes as `->>` sees them: a null, or a document that is not an object, has none. The key's length comes
-- first: `a=b` with `c` is not `a` with `b=c`.
create function altiplano.attribute_terms(attributes text, document jsonb) returns setof text
language sql stable parallel safe as $$
  select altiplano.bounded_term(attributes || '.' || length(a.key) || '.' || a.key || '=' || a.value)
  from jsonb_each_text(case jsonb_typeof(document) when 'object' then document else '{}' end) as a
  where a.value is not null
$$;

-- Terms of one version of a document that the other has not. In a function of its own, because a statement gets its plan
-- ready whether or not a document has changed.
create function altiplano.other_attributes(attributes text, own jsonb, other jsonb) returns text[]
language plpgsql stable parallel safe as $$
begin
  return array(
    select t from altiplano.attribute_terms(attributes, own) t
    except all
    select t from altiplano.attribute_terms(attributes, other) t
  );
end $$;

-- Three characters at each place of a folded text, as often as they come. In stretches, because a character of a long text
-- is found by counting from its start.
create function altiplano.gram_terms(folded text) returns setof text
language sql immutable parallel safe rows 50 as $$
  select '~' || substr(stretch.part, place, 3)
  from generate_series(1, length(folded) - 2, 256) as start,
    lateral (select substr(folded, start, 258) as part offset 0) as stretch,
    generate_series(1, length(stretch.part) - 2) as place
$$;

-- A bitmap of `width` bits with these set. set_bit copies it for each slot: 8 kB, half a microsecond.
create function altiplano.bits_of(slots integer[], width integer) returns bit varying
language plpgsql immutable parallel safe as $$
declare
  bits bit varying := "bit"(b'0', width, true);
  slot integer;
begin
  foreach slot in array coalesce(slots, '{}') loop
    bits := set_bit(bits, slot, 1);
  end loop;
  return bits;
end $$;

-- The slots from `first` to before `after`.
create function altiplano.bits_between(first integer, after integer, width integer) returns bit varying
language sql immutable strict parallel safe as $$
  select (repeat('0', first) || repeat('1', after - first) || repeat('0', width - after))::bit varying
$$;

-- Down Migration
drop function altiplano.bits_between(integer, integer, integer);
drop function altiplano.bits_of(integer[], integer);
drop function altiplano.gram_terms(text);
drop function altiplano.other_attributes(text, jsonb, jsonb);
drop function altiplano.attribute_terms(text, jsonb);
drop function altiplano.bounded_term(text);
drop table altiplano.bitmap;
