import { online } from 'altiplano';

// A child belongs to its parent's workspace, link rows too: foreign keys carry the workspace. The link table keeps its
// primary key (customer_id, label_id): other programs look links up by customer alone and say `on conflict` with it.

const composite = (
  name: string,
  table: string,
  column: string,
  references: string,
  onDelete?: string,
): online.ForeignKey => ({
  name,
  table,
  columns: ['workspace_id', column],
  references,
  key: ['workspace_id', 'id'],
  ...(onDelete === undefined ? {} : { onDelete }),
});
const single = (table: string, column: string, references: string, onDelete?: string): online.ForeignKey => ({
  name: `${table}_${column}_fkey`,
  table,
  columns: [column],
  references,
  key: ['id'],
  ...(onDelete === undefined ? {} : { onDelete }),
});

const LINKS = 'customer_campaign_labels';
const LINKED_CUSTOMER = composite('customer_campaign_labels_customer', LINKS, 'customer_id', 'customer', 'cascade');

const NEW = [
  LINKED_CUSTOMER,
  composite('customer_campaign_labels_label', LINKS, 'label_id', 'label', 'cascade'),
  composite('customer_employee', 'customer', 'employee_id', 'employee'),
  composite('call_campaign_customer_campaign', 'call_campaign_customer', 'campaign_id', 'call_campaign', 'cascade'),
  composite('call_campaign_customer_customer', 'call_campaign_customer', 'customer_id', 'customer', 'cascade'),
  composite('call_customer', 'call', 'customer_id', 'customer', 'cascade'),
  composite(
    'call_enrolment',
    'call',
    'campaign_customer_id',
    'call_campaign_customer',
    'set null (campaign_customer_id)',
  ),
];
const OLD = [
  single(LINKS, 'customer_id', 'customer', 'cascade'),
  single(LINKS, 'label_id', 'label', 'cascade'),
  single('customer', 'employee_id', 'employee'),
  single('call_campaign_customer', 'campaign_id', 'call_campaign', 'cascade'),
  single('call_campaign_customer', 'customer_id', 'customer', 'cascade'),
  single('call', 'customer_id', 'customer', 'cascade'),
  single('call', 'campaign_customer_id', 'call_campaign_customer', 'set null'),
];

// A cursor is a time as text: years 1 to 9999, as the contract's ISO 8601 writes them.
const isCursorTime = (column: string) => `${column} >= '0001-01-01' and ${column} < '10000-01-01'`;
const CHECKS: readonly online.Check[] = [
  { name: 'customer_times', table: 'customer', check: ['created_at', 'updated_at'].map(isCursorTime).join(' and ') },
  { name: 'call_times', table: 'call', check: isCursorTime('created_at') },
];

/** The described single-column indexes, of no use once no key refers to them; 0002 has what replaces them. */
const REDUNDANT: readonly online.IndexDefinition[] = [
  { name: 'idx_customer_workspace_id', table: 'customer', on: '(workspace_id)' },
  { name: 'idx_call_workspace_id', table: 'call', on: '(workspace_id)' },
  { name: 'idx_call_customer_id', table: 'call', on: '(customer_id)' },
  { name: 'idx_call_campaign_customer_id', table: 'call', on: '(campaign_customer_id)' },
  { name: 'idx_call_campaign_customer_customer_id', table: 'call_campaign_customer', on: '(customer_id)' },
];

const HAS_COLUMN = `exists (select from pg_attribute
  where attrelid = to_regclass('${LINKS}') and attname = 'workspace_id' and not attisdropped)`;
const IS_FILLED = `coalesce((select attnotnull from pg_attribute
  where attrelid = to_regclass('${LINKS}') and attname = 'workspace_id' and not attisdropped), false)`;
const HAS_TRIGGER = `exists (select from pg_trigger where tgrelid = to_regclass('${LINKS}') and tgname = 'altiplano_workspace')`;
const FILL = 'customer_campaign_labels_fill';

// Functions that run as their owner resolve names in this schema and nowhere before it. Unnamed, a caller's temporary
// tables would come first.
const PATH = "select set_config('search_path', format('%I, pg_temp', current_schema()), true)";

const TRIGGER = `
${PATH};
-- Other programs write (customer_id, label_id) only.
create or replace function customer_campaign_labels_workspace() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if new.workspace_id is null or (tg_op = 'UPDATE' and new.customer_id is distinct from old.customer_id) then
    select c.workspace_id into new.workspace_id from customer c where c.id = new.customer_id;
  end if;
  return new;
end $$;
revoke execute on function customer_campaign_labels_workspace() from public;
create trigger altiplano_workspace before insert or update on customer_campaign_labels
  for each row execute function customer_campaign_labels_workspace();`;

// Customers first, then their links, and nothing waited for while anything is held: no other transaction can deadlock.
const FILL_FUNCTION = `
${PATH};
create or replace function ${FILL}(ids uuid[], wait boolean) returns setof uuid
language plpgsql set search_path from current as $$
declare
  mine uuid[] := ids;
begin
  if wait then
    perform from customer c where c.id = any (ids) for key share;
  else
    mine := array(select c.id from customer c where c.id = any (ids) order by c.id for key share skip locked);
  end if;
  update customer_campaign_labels l set workspace_id = c.workspace_id
  from customer c, (
    select k.customer_id, k.label_id from customer_campaign_labels k
    where k.customer_id = any (mine) and k.workspace_id is null
    for update skip locked
  ) free
  where c.id = free.customer_id and l.customer_id = free.customer_id and l.label_id = free.label_id;
  return query
    (select unnest(ids) except select unnest(mine))
    union
    select k.customer_id from customer_campaign_labels k where k.customer_id = any (mine) and k.workspace_id is null;
end $$;
revoke execute on function ${FILL}(uuid[], boolean) from public;`;

const ADD_COLUMN = online.underLock({
  name: `${LINKS}.workspace_id`,
  tables: [LINKS],
  mode: 'access exclusive',
  done: HAS_COLUMN,
  sql: `alter table ${LINKS} add column workspace_id uuid; ${online.forgetBackfill(LINKS)}`,
});
const ADD_TRIGGER = online.underLock({
  name: `trigger of ${LINKS}.workspace_id`,
  tables: [LINKS],
  mode: 'share row exclusive',
  done: HAS_TRIGGER,
  sql: TRIGGER,
});
const DROP_COLUMN = online.underLock({
  name: `drop ${LINKS}.workspace_id`,
  tables: [LINKS],
  mode: 'access exclusive',
  done: `not ${HAS_COLUMN}`,
  sql: `
    drop trigger if exists altiplano_workspace on ${LINKS};
    drop function if exists customer_campaign_labels_workspace();
    alter table ${LINKS} drop column workspace_id;
    ${online.forgetBackfill(LINKS)}`,
});

export const up = online.steps(
  ADD_COLUMN,
  ADD_TRIGGER,
  // From here on a customer with links keeps its workspace, so what is filled in stays right.
  online.addForeignKey(LINKED_CUSTOMER).slice(0, 1),
  online.transaction({
    name: `function ${FILL}`,
    done: `${IS_FILLED} or to_regprocedure('${FILL}(uuid[],boolean)') is not null`,
    sql: FILL_FUNCTION,
  }),
  online.backfill({ name: LINKS, table: 'customer', function: FILL, done: IS_FILLED }),
  online.setNotNull(LINKS, 'workspace_id'),
  online.transaction({
    name: `drop function ${FILL}`,
    done: `to_regprocedure('${FILL}(uuid[],boolean)') is null`,
    sql: `drop function ${FILL}(uuid[], boolean)`,
  }),
  ...NEW.map(online.addForeignKey),
  ...OLD.map(online.dropForeignKey),
  ...CHECKS.map(online.addCheck),
  ...REDUNDANT.map(online.dropIndex),
);

export const down = online.steps(
  ...REDUNDANT.map(online.createIndex),
  ...CHECKS.map(online.dropConstraint),
  ...OLD.map(online.addForeignKey),
  ...NEW.map(online.dropForeignKey),
  DROP_COLUMN,
);
