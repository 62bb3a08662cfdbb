-- One row for each live customer and each of its labels and attributes, in page order: `labels__id` and
-- `other_attributes` become an ordered index walk whatever the key, the value and where the matches lie.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

create table customer_posting (
  workspace_id uuid not null,
  term uuid not null,
  created_at timestamptz not null,
  customer_id uuid not null,
  primary key (workspace_id, term, created_at, customer_id)
);

create function customer_terms(of_workspace uuid, of_customer uuid, attributes jsonb) returns setof uuid
language sql stable security definer set search_path from current as $$
  select altiplano.attribute_terms(attributes)
  union
  select l.label_id from customer_campaign_labels l
  where l.workspace_id = of_workspace and l.customer_id = of_customer
$$;
-- It runs as its owner and knows no tenant: for the triggers below, which do too, and nobody else.
revoke execute on function customer_terms(uuid, uuid, jsonb) from public;

create function customer_posting_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into customer_posting (workspace_id, term, created_at, customer_id)
  select distinct n.workspace_id, t.term, n.created_at, n.id
  from new_rows n, altiplano.attribute_terms(n.other_attributes) as t (term)
  where not n.is_deleted
  order by 1, 2, 3, 4 -- key order: two writers of the same keys wait for each other instead of deadlocking
  on conflict do nothing;
  return null;
end $$;

create function customer_posting_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (
    select from old_rows o
    where not exists (
      select from new_rows n
      where n.id = o.id and n.workspace_id = o.workspace_id and n.created_at = o.created_at
        -- As texts: 1 and 1.0 are equal numbers and different attributes.
        and n.is_deleted = o.is_deleted and n.other_attributes::text = o.other_attributes::text)
  ) then
    return null; -- nothing that a posting holds has changed: the usual update
  end if;
  delete from customer_posting p
  using old_rows o, customer_terms(o.workspace_id, o.id, o.other_attributes) as t (term)
  where p.workspace_id = o.workspace_id and p.term = t.term and p.created_at = o.created_at and p.customer_id = o.id;
  insert into customer_posting (workspace_id, term, created_at, customer_id)
  select distinct n.workspace_id, t.term, n.created_at, n.id
  from new_rows n, customer_terms(n.workspace_id, n.id, n.other_attributes) as t (term)
  where not n.is_deleted
  order by 1, 2, 3, 4
  on conflict do nothing;
  return null;
end $$;

-- Before the delete: its links are still there to say which labels it had.
create function customer_posting_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  delete from customer_posting p
  where p.workspace_id = old.workspace_id and p.created_at = old.created_at and p.customer_id = old.id
    and p.term in (select customer_terms(old.workspace_id, old.id, old.other_attributes));
  return old;
end $$;

create function customer_posting_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customer_posting;
  return null;
end $$;

-- The parent is locked as an update would lock it: a soft delete or a change of its key waits for this transaction and
-- then sees the link, or has committed and is seen here; and two writers who link and then update the same customer wait
-- in turn (a shared lock would let both in and deadlock). That holds under READ COMMITTED. A writer above it, whose
-- snapshot is older than a link, can leave a posting behind or miss one: docs/decisions/0003-postings.md.
create function label_posting_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  perform from customer c
  where (c.workspace_id, c.id) in (select n.workspace_id, n.customer_id from new_rows n)
  order by c.workspace_id, c.id for no key update;
  insert into customer_posting (workspace_id, term, created_at, customer_id)
  select c.workspace_id, n.label_id, c.created_at, c.id
  from new_rows n join customer c on c.workspace_id = n.workspace_id and c.id = n.customer_id
  where not c.is_deleted
  order by 1, 2, 3, 4
  on conflict do nothing;
  return null;
end $$;

create function label_posting_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  perform from customer c
  where (c.workspace_id, c.id) in (select o.workspace_id, o.customer_id from old_rows o)
  order by c.workspace_id, c.id for no key update;
  delete from customer_posting p
  using old_rows o join customer c on c.workspace_id = o.workspace_id and c.id = o.customer_id
  where p.workspace_id = o.workspace_id and p.term = o.label_id
    and p.created_at = c.created_at and p.customer_id = o.customer_id;
  return null;
end $$;

-- Which links there were is not known any more, so the attributes' postings are made again.
create function label_posting_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customer_posting;
  insert into customer_posting (workspace_id, term, created_at, customer_id)
  select distinct c.workspace_id, t.term, c.created_at, c.id
  from customer c, altiplano.attribute_terms(c.other_attributes) as t (term)
  where not c.is_deleted
  order by 1, 2, 3, 4;
  return null;
end $$;

revoke execute on function customer_posting_insert(), customer_posting_update(), customer_posting_delete(),
  customer_posting_truncate(), label_posting_insert(), label_posting_delete(), label_posting_truncate() from public;

-- Transition tables allow one event a trigger and no column lists; triggers of one event fire in order of their names.
create trigger altiplano_posting_insert after insert on customer
  referencing new table as new_rows for each statement execute function customer_posting_insert();
create trigger altiplano_posting_update after update on customer
  referencing old table as old_rows new table as new_rows for each statement execute function customer_posting_update();
create trigger altiplano_posting_delete before delete on customer
  for each row execute function customer_posting_delete();
create trigger altiplano_posting_truncate after truncate on customer
  for each statement execute function customer_posting_truncate();
create trigger altiplano_posting_insert after insert on customer_campaign_labels
  referencing new table as new_rows for each statement execute function label_posting_insert();
create trigger altiplano_posting_delete after delete on customer_campaign_labels
  referencing old table as old_rows for each statement execute function label_posting_delete();
create trigger altiplano_posting_update_1_out after update on customer_campaign_labels
  referencing old table as old_rows for each statement execute function label_posting_delete();
create trigger altiplano_posting_update_2_in after update on customer_campaign_labels
  referencing new table as new_rows for each statement execute function label_posting_insert();
create trigger altiplano_posting_truncate after truncate on customer_campaign_labels
  for each statement execute function label_posting_truncate();

insert into customer_posting (workspace_id, term, created_at, customer_id)
select distinct c.workspace_id, t.term, c.created_at, c.id
from customer c, customer_terms(c.workspace_id, c.id, c.other_attributes) as t (term)
where not c.is_deleted
order by 1, 2, 3, 4;

-- Down Migration
drop trigger altiplano_posting_truncate on customer_campaign_labels;
drop trigger altiplano_posting_update_2_in on customer_campaign_labels;
drop trigger altiplano_posting_update_1_out on customer_campaign_labels;
drop trigger altiplano_posting_delete on customer_campaign_labels;
drop trigger altiplano_posting_insert on customer_campaign_labels;
drop trigger altiplano_posting_truncate on customer;
drop trigger altiplano_posting_delete on customer;
drop trigger altiplano_posting_update on customer;
drop trigger altiplano_posting_insert on customer;
drop function label_posting_truncate();
drop function label_posting_delete();
drop function label_posting_insert();
drop function customer_posting_truncate();
drop function customer_posting_delete();
drop function customer_posting_update();
drop function customer_posting_insert();
drop function customer_terms(uuid, uuid, jsonb);
drop table customer_posting;
