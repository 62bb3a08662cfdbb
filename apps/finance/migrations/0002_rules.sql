-- What holds whoever writes: the balance is the sum of what is posted, a transfer has both its legs or none, and what was decided stays.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- Rows are held in the order of their ids before any of them changes: two that post across each other wait, and neither fails.
create function account_add(accounts uuid[], amounts numeric[]) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform from account a where a.id = any (accounts) order by a.id for no key update;
  update account a set balance = a.balance + s.amount
  from (select u.id, sum(u.amount) as amount from unnest(accounts, amounts) u(id, amount) group by u.id) s
  where a.id = s.id and s.amount <> 0;
end $$;

create function transaction_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  perform account_add(array_agg(n.account_id), array_agg(n.amount))
  from (
    select n.account_id, sum(n.amount) as amount from new_rows n where n.status = 'posted' group by n.account_id
  ) n having count(*) > 0;
  return null;
end $$;

create function transaction_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  -- What has been decided stays, and what it is about stays from the first: neither the app nor its owner's hand rewrites a ledger.
  if exists (
    select from old_rows o full join new_rows n on n.id = o.id
    where o.status is distinct from 'pending' or n.id is null
      or (o.tenant_type, o.tenant_id, o.account_id, o.transfer_id, o.amount, o.kind, o.created_by, o.created_at)
        is distinct from (n.tenant_type, n.tenant_id, n.account_id, n.transfer_id, n.amount, n.kind, n.created_by, n.created_at)
  ) then
    raise exception 'a transaction is decided once and never rewritten' using errcode = 'check_violation', constraint = 'transaction_final';
  end if;
  perform account_add(array_agg(n.account_id), array_agg(n.amount))
  from (
    select n.account_id, sum(n.amount) as amount from new_rows n where n.status = 'posted' group by n.account_id
  ) n having count(*) > 0;
  return null;
end $$;

create function transaction_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  perform account_add(array_agg(o.account_id), array_agg(-o.amount))
  from (
    select o.account_id, sum(o.amount) as amount from old_rows o where o.status = 'posted' group by o.account_id
  ) o having count(*) > 0;
  return null;
end $$;

create function transaction_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  update account set balance = 0 where balance <> 0;
  return null;
end $$;

create trigger transaction_insert after insert on transaction referencing new table as new_rows
  for each statement execute function transaction_insert();
create trigger transaction_update after update on transaction referencing old table as old_rows new table as new_rows
  for each statement execute function transaction_update();
create trigger transaction_delete after delete on transaction referencing old table as old_rows
  for each statement execute function transaction_delete();
create trigger transaction_truncate after truncate on transaction for each statement execute function transaction_truncate();

-- Both legs are written by one statement, and looked at when it ends: with its rows at hand a load of millions is looked at once.
create function transfer_whole() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from touched w where w.transfer_id is not null) then
    return null;
  end if;
  if exists (
    select from transaction t join account a on a.id = t.account_id
    where t.transfer_id in (select w.transfer_id from touched w)
    group by t.transfer_id
    having not (
      count(*) = 2 and sum(t.amount) = 0 and count(distinct t.account_id) = 2 and count(distinct a.currency) = 1
      and count(distinct t.tenant_id) = 1 and count(distinct t.tenant_type) = 1 and count(distinct t.status) = 1
      and bool_or(t.id = t.transfer_id and t.amount < 0)
    )
  ) then
    raise exception 'a transfer has two legs, of one tenant, currency, sum and state, or none'
      using errcode = 'check_violation', constraint = 'transaction_legs';
  end if;
  return null;
end $$;

create trigger transfer_made after insert on transaction referencing new table as touched
  for each statement execute function transfer_whole();
create trigger transfer_changed after update on transaction referencing new table as touched
  for each statement execute function transfer_whole();
create trigger transfer_removed after delete on transaction referencing old table as touched
  for each statement execute function transfer_whole();

revoke execute on function account_add(uuid[], numeric[]), transaction_insert(), transaction_update(), transaction_delete(),
  transaction_truncate(), transfer_whole() from public;

-- Down Migration
drop trigger transfer_removed on transaction;
drop trigger transfer_changed on transaction;
drop trigger transfer_made on transaction;
drop function transfer_whole();
drop trigger transaction_truncate on transaction;
drop trigger transaction_delete on transaction;
drop trigger transaction_update on transaction;
drop trigger transaction_insert on transaction;
drop function transaction_truncate();
drop function transaction_delete();
drop function transaction_update();
drop function transaction_insert();
drop function account_add(uuid[], numeric[]);
