-- Terms: what a row can be found by, hashed so that any label, attribute or substring fits one narrow index.
-- Up Migration

-- The term of a JSON attribute. sha256 because md5 is refused where FIPS is enforced; 128 of its bits, because readers
-- recheck the attribute itself on the row. The key's length comes first: `a=b` with `c` is not `a` with `b=c`, and nobody
-- can plant rows that another attribute's walk has to read.
create function altiplano.attribute_term(key text, value text) returns uuid
language sql stable parallel safe as $$
  select encode(substr(sha256(convert_to(length(key) || ':' || key || '=' || value, 'UTF8')), 1, 16), 'hex')::uuid
$$;

-- Top-level attributes as `->>` sees them: a null, or a document that is not an object, has none.
create function altiplano.attribute_terms(document jsonb) returns setof uuid
language sql stable parallel safe as $$
  select altiplano.attribute_term(a.key, a.value)
  from jsonb_each_text(case jsonb_typeof(document) when 'object' then document else '{}' end) as a
  where a.value is not null
$$;

-- Trigrams of folded texts, each hashed together with the tenant: one GIN index holds a separate posting list for
-- every tenant and trigram without needing an extension. Punctuation and digits count (pg_trgm drops them).
create function altiplano.grams(tenant uuid, variadic texts text[]) returns bigint[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct hashtextextended(substr(t, i, 3), uuid_hash_extended(tenant, 0))), '{}')
  from unnest(texts) as t, generate_series(1, length(t) - 2) as i
$$;

-- Down Migration
drop function altiplano.grams(uuid, text[]);
drop function altiplano.attribute_terms(jsonb);
drop function altiplano.attribute_term(text, text);
