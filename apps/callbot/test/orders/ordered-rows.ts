import type { OwnerClient } from 'altiplano';

/** Two workspaces, an admin and an employee of the first, and what the tests of orders do to their customers. */
export const [WORKSPACE, OTHER, ADMIN, CLERK, EMPLOYEE] = ['a1', 'a2', 'b1', 'b2', 'c1'].map(
  (end) => `00000000-0000-4000-8000-0000000000${end}`,
) as [string, string, string, string, string];

export async function fill(client: OwnerClient, customers: number): Promise<void> {
  // A database that was there before us may have such customers.
  await client.query('alter table callbot.customer alter duration drop not null');
  await client.query(`
    insert into callbot.workspace (id, name) values ('${WORKSPACE}', 'One'), ('${OTHER}', 'Two');
    insert into callbot.employee (id, workspace_id, name, email) values ('${EMPLOYEE}', '${WORKSPACE}', 'Clerk', 'c@c.example');
    insert into callbot.app_user (id, email, name, role, employee_id)
    values ('${ADMIN}', 'a@a.example', 'Admin', 'admin', null), ('${CLERK}', 'c@c.example', 'Clerk', 'employee', '${EMPLOYEE}');
    insert into callbot.app_user_workspaces (user_id, workspace_id) values ('${ADMIN}', '${WORKSPACE}'), ('${CLERK}', '${WORKSPACE}');
    insert into callbot.customer (id, workspace_id, name, phone, status, duration, employee_id, is_deleted, created_at)
    select md5(i::text)::uuid, case when i % 7 = 0 then '${OTHER}' else '${WORKSPACE}' end::uuid,
      (array['ada', 'Ada', 'Ängel', 'zoe', 'Zoë', '_x', '☃', 'a b', 'ab'])[1 + i % 9], '1',
      (array['active', 'blocked', null])[1 + i % 3], case when i % 5 = 0 then null when i % 11 = 0 then 'NaN' else (i % 13) / 3.0 - 1 end,
      case when i % 4 = 0 and i % 7 > 0 then '${EMPLOYEE}'::uuid end, i % 17 = 0, timestamptz '2026-01-01Z' + (i % 30) * interval '1 hour'
    from generate_series(1, ${customers}) i`);
}

const CUSTOMERS = `(select id, workspace_id from callbot.customer where workspace_id = '${WORKSPACE}' order by md5(id::text || $1) limit $2) c`;
const CALLS = `(select k.id from ${CUSTOMERS} join callbot.call k on k.customer_id = c.id order by md5(k.id::text || $1) limit 6)`;

/** What programs do; `$1` is chance, `$2` how many customers it meets. */
export const STATEMENTS = [
  `insert into callbot.call (workspace_id, customer_id, direction, status, duration_seconds, call_type, billing_rate, created_at)
   select c.workspace_id, c.id, 'outbound', 'missed', 7, 'campaign', 0.0123, now()
   from ${CUSTOMERS}, generate_series(1, 1 + ascii(c.id::text) % 3)`,
  `update callbot.call set is_deleted = not is_deleted where id in ${CALLS}`,
  `update callbot.call set duration_seconds = duration_seconds * 3, billing_rate = 1.5 where id in ${CALLS}`,
  `update callbot.call k set customer_id = c.id from ${CUSTOMERS} where k.workspace_id = c.workspace_id and k.id in ${CALLS}`,
  `delete from callbot.call where id in ${CALLS}`,
  `update callbot.customer t set is_deleted = not t.is_deleted from ${CUSTOMERS} where t.id = c.id`,
  `update callbot.customer t set name = 'N' || left(md5($1), 1), duration = case when $2 % 2 = 0 then null else $2 end from ${CUSTOMERS} where t.id = c.id`,
  `insert into callbot.customer (workspace_id, name, phone) select c.workspace_id, 'new', '2' from ${CUSTOMERS}`,
  `delete from callbot.customer t using ${CUSTOMERS} where t.id = c.id and not exists (select from callbot.call k where k.customer_id = c.id)`,
];

/** What a folder does: folds some, or all, or all and notes it. */
export const FOLDS = [
  "select callbot.customer_call_rollup_fold(array_agg(p.tenant), array_agg(p.parent)) from callbot.customer_call_rollup_pending(100000) p where md5(p.parent::text) < 'a'",
  'select callbot.customer_call_rollup_fold(array_agg(p.tenant), array_agg(p.parent)) from callbot.customer_call_rollup_pending(100000) p',
  "update altiplano.rollup set folded = pg_current_snapshot() where name = 'customer_call_rollup' and not exists (select from callbot.customer_call_rollup_pending(1))",
  'select count(*) from callbot.customer_call_rollup_sweep(null, null, 1000)',
  "update altiplano.rollup set generation = 1 - generation where name = 'customer_call_rollup'",
];

const FIGURES: Readonly<Record<string, string>> = {
  total_calls: 'count(*)',
  total_duration_seconds: 'coalesce(sum(k.duration_seconds), 0)',
  total_cost: 'round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds), 0)::numeric(60, 20) / 60, 2)',
};
export const ORDERS = ['created_at', 'duration', 'name', ...Object.keys(FIGURES)].flatMap((one) => [one, `-${one}`]);

/** Ids as a plain sort gives them, computed from the calls. */
export async function sortedIds(client: OwnerClient, order: string, condition = 'true'): Promise<readonly string[]> {
  const name = order.replace('-', '');
  const figure = FIGURES[name];
  const value = figure
    ? `(select ${figure} from callbot.call k where k.customer_id = c.id and not k.is_deleted)`
    : `c.${name}${name === 'name' ? ' collate "C"' : ''}`;
  const direction = order.startsWith('-') ? 'desc' : 'asc';
  const { rows } = await client.query<{ id: string }>(
    `select c.id from callbot.customer c where c.workspace_id = '${WORKSPACE}' and not c.is_deleted and ${condition}
     order by ${value} ${direction}, c.id ${direction}`,
  );
  return rows.map(({ id }) => id);
}
