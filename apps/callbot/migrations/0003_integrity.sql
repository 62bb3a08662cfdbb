-- A child belongs to its parent's workspace, link rows too: foreign keys carry the workspace.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

alter table customer_campaign_labels add column workspace_id uuid;

-- Other programs write (customer_id, label_id) only.
create function customer_campaign_labels_workspace() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if new.workspace_id is null or (tg_op = 'UPDATE' and new.customer_id is distinct from old.customer_id) then
    select c.workspace_id into new.workspace_id from customer c where c.id = new.customer_id;
  end if;
  return new;
end $$;
revoke execute on function customer_campaign_labels_workspace() from public;
create trigger altiplano_workspace before insert or update on customer_campaign_labels
  for each row execute function customer_campaign_labels_workspace();

update customer_campaign_labels l set workspace_id = c.workspace_id
from customer c where c.id = l.customer_id and l.workspace_id is null;

alter table customer_campaign_labels
  alter column workspace_id set not null,
  drop constraint customer_campaign_labels_pkey,
  add primary key (workspace_id, customer_id, label_id),
  add constraint customer_campaign_labels_customer foreign key (workspace_id, customer_id)
    references customer (workspace_id, id) on delete cascade,
  add constraint customer_campaign_labels_label foreign key (workspace_id, label_id)
    references label (workspace_id, id) on delete cascade,
  drop constraint customer_campaign_labels_customer_id_fkey,
  drop constraint customer_campaign_labels_label_id_fkey;

alter table customer
  add constraint customer_employee foreign key (workspace_id, employee_id) references employee (workspace_id, id),
  drop constraint customer_employee_id_fkey;

alter table call_campaign_customer
  add constraint call_campaign_customer_campaign foreign key (workspace_id, campaign_id)
    references call_campaign (workspace_id, id) on delete cascade,
  add constraint call_campaign_customer_customer foreign key (workspace_id, customer_id)
    references customer (workspace_id, id) on delete cascade,
  drop constraint call_campaign_customer_campaign_id_fkey,
  drop constraint call_campaign_customer_customer_id_fkey;

alter table call
  add constraint call_customer foreign key (workspace_id, customer_id)
    references customer (workspace_id, id) on delete cascade,
  add constraint call_enrolment foreign key (workspace_id, campaign_customer_id)
    references call_campaign_customer (workspace_id, id) on delete set null (campaign_customer_id),
  drop constraint call_customer_id_fkey,
  drop constraint call_campaign_customer_id_fkey;

-- A cursor is a time as text: years 1 to 9999, as the contract's ISO 8601 writes them. Existing rows are not looked at.
alter table customer add constraint customer_times
  check (created_at >= '0001-01-01' and created_at < '10000-01-01' and updated_at >= '0001-01-01' and updated_at < '10000-01-01')
  not valid;
alter table call add constraint call_times check (created_at >= '0001-01-01' and created_at < '10000-01-01') not valid;

-- Down Migration
alter table call drop constraint call_times;
alter table customer drop constraint customer_times;
alter table call
  add constraint call_customer_id_fkey foreign key (customer_id) references customer on delete cascade,
  add constraint call_campaign_customer_id_fkey foreign key (campaign_customer_id)
    references call_campaign_customer on delete set null,
  drop constraint call_customer,
  drop constraint call_enrolment;
alter table call_campaign_customer
  add constraint call_campaign_customer_campaign_id_fkey foreign key (campaign_id) references call_campaign on delete cascade,
  add constraint call_campaign_customer_customer_id_fkey foreign key (customer_id) references customer on delete cascade,
  drop constraint call_campaign_customer_campaign,
  drop constraint call_campaign_customer_customer;
alter table customer
  add constraint customer_employee_id_fkey foreign key (employee_id) references employee,
  drop constraint customer_employee;
drop trigger altiplano_workspace on customer_campaign_labels;
drop function customer_campaign_labels_workspace();
alter table customer_campaign_labels
  add constraint customer_campaign_labels_customer_id_fkey foreign key (customer_id) references customer on delete cascade,
  add constraint customer_campaign_labels_label_id_fkey foreign key (label_id) references label on delete cascade,
  drop constraint customer_campaign_labels_customer,
  drop constraint customer_campaign_labels_label,
  drop constraint customer_campaign_labels_pkey,
  add primary key (customer_id, label_id),
  drop column workspace_id;
