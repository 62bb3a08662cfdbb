import { online } from 'altiplano';

// A page of the caller's workspaces is one walk over the caller's memberships, in the order of the workspaces: so a
// membership holds when its workspace was created. A foreign key keeps the copy right, whoever changes either.
const MEMBERS = 'app_user_workspaces';
const COPY = 'workspace_created_at';

const INDEXES: readonly online.IndexDefinition[] = [
  { name: 'idx_app_user_workspaces_page', table: MEMBERS, on: `(user_id, ${COPY} desc, workspace_id desc)` },
  // The latest change of a workspace's customers, and of those of one employee: the end of an index each.
  { name: 'idx_customer_updated', table: 'customer', on: '(workspace_id, updated_at) where not is_deleted' },
  {
    name: 'idx_customer_employee_updated',
    table: 'customer',
    on: '(workspace_id, employee_id, updated_at) where not is_deleted',
  },
];

/** What the foreign key refers to. */
const ORDER_KEY: online.IndexDefinition = {
  name: 'idx_workspace_order',
  table: 'workspace',
  on: '(id, created_at)',
  unique: true,
};
const COPIED: online.ForeignKey = {
  name: 'app_user_workspaces_order',
  table: MEMBERS,
  columns: ['workspace_id', COPY],
  references: 'workspace',
  key: ['id', 'created_at'],
  onDelete: 'cascade on update cascade',
};
// As a text it is read from cursors: years 1 to 9999, as of customers.
const TIMES: online.Check = {
  name: 'workspace_times',
  table: 'workspace',
  check: `created_at >= '0001-01-01' and created_at < '10000-01-01'`,
};

const HAS_COLUMN = `exists (select from pg_attribute
  where attrelid = to_regclass('${MEMBERS}') and attname = '${COPY}' and not attisdropped)`;
const IS_FILLED = `coalesce((select attnotnull from pg_attribute
  where attrelid = to_regclass('${MEMBERS}') and attname = '${COPY}' and not attisdropped), false)`;
const FILL = 'app_user_workspaces_fill';

// Functions that run as their owner resolve names in this schema and nowhere before it.
const PATH = "select set_config('search_path', format('%I, pg_temp', current_schema()), true)";

const ADD_COLUMN = online.underLock({
  name: `${MEMBERS}.${COPY}`,
  tables: [MEMBERS],
  mode: 'access exclusive',
  done: HAS_COLUMN,
  sql: `alter table ${MEMBERS} add column ${COPY} timestamptz; ${online.forgetBackfill(MEMBERS)}`,
});

const ADD_TRIGGER = online.underLock({
  name: `trigger of ${MEMBERS}.${COPY}`,
  tables: [MEMBERS],
  mode: 'share row exclusive',
  done: `exists (select from pg_trigger where tgrelid = to_regclass('${MEMBERS}') and tgname = 'altiplano_order')`,
  sql: `
    ${PATH};
    -- Other programs write (user_id, workspace_id) only.
    create or replace function app_user_workspaces_order() returns trigger
    language plpgsql security definer set search_path from current as $$
    begin
      if new.${COPY} is null or (tg_op = 'UPDATE' and new.workspace_id is distinct from old.workspace_id) then
        select w.created_at into new.${COPY} from workspace w where w.id = new.workspace_id;
      end if;
      return new;
    end $$;
    revoke execute on function app_user_workspaces_order() from public;
    create trigger altiplano_order before insert or update on ${MEMBERS}
      for each row execute function app_user_workspaces_order();`,
});

// Workspaces first, then their memberships, and nothing waited for while anything is held.
const ADD_FILL = online.transaction({
  name: `function ${FILL}`,
  done: `${IS_FILLED} or to_regprocedure('${FILL}(uuid[],boolean)') is not null`,
  sql: `
    ${PATH};
    create or replace function ${FILL}(ids uuid[], wait boolean) returns setof uuid
    language plpgsql set search_path from current as $$
    declare
      mine uuid[] := ids;
    begin
      if wait then
        perform from workspace w where w.id = any (ids) for key share;
      else
        mine := array(select w.id from workspace w where w.id = any (ids) order by w.id for key share skip locked);
      end if;
      update ${MEMBERS} m set ${COPY} = w.created_at
      from workspace w, (
        select k.user_id, k.workspace_id from ${MEMBERS} k
        where k.workspace_id = any (mine) and k.${COPY} is null
        for update skip locked
      ) free
      where w.id = free.workspace_id and m.user_id = free.user_id and m.workspace_id = free.workspace_id;
      return query
        (select unnest(ids) except select unnest(mine))
        union
        select k.workspace_id from ${MEMBERS} k where k.workspace_id = any (mine) and k.${COPY} is null;
    end $$;
    revoke execute on function ${FILL}(uuid[], boolean) from public;`,
});
const DROP_FILL = online.transaction({
  name: `drop function ${FILL}`,
  done: `to_regprocedure('${FILL}(uuid[],boolean)') is null`,
  sql: `drop function ${FILL}(uuid[], boolean)`,
});

const DROP_COLUMN = online.underLock({
  name: `drop ${MEMBERS}.${COPY}`,
  tables: [MEMBERS],
  mode: 'access exclusive',
  done: `not ${HAS_COLUMN}`,
  sql: `
    drop trigger if exists altiplano_order on ${MEMBERS};
    drop function if exists app_user_workspaces_order();
    alter table ${MEMBERS} drop column ${COPY};
    ${online.forgetBackfill(MEMBERS)}`,
});

export const up = online.steps(
  online.addCheck(TIMES),
  online.createIndex(ORDER_KEY),
  ADD_COLUMN,
  ADD_TRIGGER,
  // From here on a copy follows its workspace, so what is filled in stays right.
  online.addForeignKey(COPIED).slice(0, 1),
  ADD_FILL,
  online.backfill({ name: MEMBERS, table: 'workspace', function: FILL, done: IS_FILLED }),
  online.setNotNull(MEMBERS, COPY),
  DROP_FILL,
  online.addForeignKey(COPIED),
  ...INDEXES.map(online.createIndex),
);

export const down = online.steps(
  ...INDEXES.map(online.dropIndex),
  online.dropForeignKey(COPIED),
  DROP_COLUMN,
  online.dropIndex(ORDER_KEY),
  online.dropConstraint(TIMES),
);
