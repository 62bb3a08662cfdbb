-- A reply that is too large is refused inside the statement: what a write has done is rolled back with it.
-- Up Migration
create function altiplano.refuse_reply() returns text
language plpgsql stable parallel safe as $$
begin
  raise exception 'the reply is too large' using errcode = 'ALT03';
end $$;

-- Down Migration
drop function altiplano.refuse_reply();
