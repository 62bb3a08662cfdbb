import { online } from 'altiplano';

// One row for each live customer and each of its labels and attributes, in page order: `labels__id` and
// `other_attributes` become an ordered index walk whatever the key, the value and where the matches lie.
const TABLE = `
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

-- Rows that were there before the triggers, and any that are to be made again. A customer is locked and read after that,
-- in this order: whoever changes it or its links comes before and is seen, or comes after and finds the postings.
create function customer_posting_fill(ids uuid[], wait boolean) returns setof uuid
language plpgsql set search_path from current as $$
declare
  mine uuid[] := ids;
begin
  if wait then
    perform from customer c where c.id = any (ids) for no key update;
  else -- several are held at once, so none is waited for
    mine := array(select c.id from customer c where c.id = any (ids) order by c.id for no key update skip locked);
  end if;
  insert into customer_posting (workspace_id, term, created_at, customer_id)
  select distinct c.workspace_id, t.term, c.created_at, c.id
  from customer c, customer_terms(c.workspace_id, c.id, c.other_attributes) as t (term)
  where c.id = any (mine) and not c.is_deleted
  order by 1, 2, 3, 4
  on conflict do nothing;
  return query select unnest(ids) except select unnest(mine);
end $$;
revoke execute on function customer_posting_fill(uuid[], boolean) from public;`;

const TRIGGERS = `
-- Half a set of triggers may have left anything here.
truncate customer_posting;
${online.forgetBackfill('postings')};
-- Transition tables allow one event a trigger and no column lists; triggers of one event fire in order of their names.
create or replace trigger altiplano_posting_insert after insert on customer
  referencing new table as new_rows for each statement execute function customer_posting_insert();
create or replace trigger altiplano_posting_update after update on customer
  referencing old table as old_rows new table as new_rows for each statement execute function customer_posting_update();
create or replace trigger altiplano_posting_delete before delete on customer
  for each row execute function customer_posting_delete();
create or replace trigger altiplano_posting_truncate after truncate on customer
  for each statement execute function customer_posting_truncate();
create or replace trigger altiplano_posting_insert after insert on customer_campaign_labels
  referencing new table as new_rows for each statement execute function label_posting_insert();
create or replace trigger altiplano_posting_delete after delete on customer_campaign_labels
  referencing old table as old_rows for each statement execute function label_posting_delete();
create or replace trigger altiplano_posting_update_1_out after update on customer_campaign_labels
  referencing old table as old_rows for each statement execute function label_posting_delete();
create or replace trigger altiplano_posting_update_2_in after update on customer_campaign_labels
  referencing new table as new_rows for each statement execute function label_posting_insert();
create or replace trigger altiplano_posting_truncate after truncate on customer_campaign_labels
  for each statement execute function label_posting_truncate();`;

const TRIGGERS_THERE = `(select count(*) from pg_trigger
  where tgrelid in (to_regclass('customer'), to_regclass('customer_campaign_labels')) and tgname like 'altiplano\\_posting\\_%')`;

export const up = online.steps(
  online.transaction({
    name: 'table and functions of postings',
    done: `to_regprocedure('customer_posting_fill(uuid[],boolean)') is not null`,
    sql: TABLE,
  }),
  // All at once: with some of them only, a posting could be made that nobody removes.
  online.underLock({
    name: 'triggers of postings',
    tables: ['customer', 'customer_campaign_labels'],
    mode: 'share row exclusive',
    done: `${TRIGGERS_THERE} = 9`,
    sql: TRIGGERS,
  }),
  online.backfill({ name: 'postings', table: 'customer', function: 'customer_posting_fill' }),
);

const dropTriggers = (table: string) =>
  online.underLock({
    name: `drop triggers of postings on ${table}`,
    tables: [table],
    mode: 'access exclusive',
    done: `not exists (select from pg_trigger where tgrelid = to_regclass('${table}') and tgname like 'altiplano\\_posting\\_%')`,
    sql: `do $drop$ declare old name; begin
      for old in select tgname from pg_trigger
        where tgrelid = '${table}'::regclass and tgname like 'altiplano\\_posting\\_%' loop
        execute format('drop trigger %I on ${table}', old);
      end loop;
    end $drop$`,
  });

export const down = online.steps(
  dropTriggers('customer_campaign_labels'),
  dropTriggers('customer'),
  online.transaction({
    name: 'drop table and functions of postings',
    done: `to_regclass('customer_posting') is null`,
    sql: `
      -- A database that was begun before this was an online step has no function that fills.
      drop function if exists customer_posting_fill(uuid[], boolean), label_posting_truncate(), label_posting_delete(),
        label_posting_insert(), customer_posting_truncate(), customer_posting_delete(), customer_posting_update(),
        customer_posting_insert(), customer_terms(uuid, uuid, jsonb);
      drop table customer_posting;
      ${online.forgetBackfill('postings')}`,
  }),
);
