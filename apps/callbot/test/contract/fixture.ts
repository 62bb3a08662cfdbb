const id = (kind: string, number: number): string =>
  `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;

export const OURS = id('aaaa', 1);
export const THEIRS = id('aaaa', 2);
/** Well-formed, and of nothing. */
export const MADE_UP = id('dead', 1);

export const USERS = {
  admin: id('0000', 1),
  manager: id('0000', 2),
  /** Acts as `EMPLOYEES.own`. */
  employee: id('0000', 3),
  /** Of role employee, and acts as nobody. */
  idle: id('0000', 4),
  /** Admin of THEIRS only. */
  stranger: id('0000', 5),
} as const;
export type User = keyof typeof USERS;

export const EMPLOYEES = { own: id('eeee', 1), other: id('eeee', 2), foreign: id('eeee', 9) } as const;
export const LABELS = {
  vip: id('bbbb', 1),
  cold: id('bbbb', 2),
  vipToo: id('bbbb', 3),
  foreign: id('bbbb', 9),
} as const;
export const CUSTOMERS = {
  own: id('cccc', 1),
  others: id('cccc', 2),
  nobodys: id('cccc', 3),
  deleted: id('cccc', 8),
  foreign: id('cccc', 9),
} as const;
/** The first two of `CUSTOMERS.own` and `.others`. */
export const ENROLMENTS = { own: id('ffff', 1), others: id('ffff', 2), foreign: id('ffff', 9) } as const;

/** Ids of customers that are not there for a user who may enter OURS, each for another reason. */
export const NOT_THERE = { foreign: CUSTOMERS.foreign, deleted: CUSTOMERS.deleted, 'made up': MADE_UP } as const;

/** One of everything, and of each kind one that must stay out of sight. */
export const ROWS = `
insert into callbot.workspace (id, name) values ('${OURS}', 'Ours'), ('${THEIRS}', 'Theirs');
insert into callbot.employee (id, workspace_id, name, email) values
  ('${EMPLOYEES.own}', '${OURS}', 'Own', 'own@example.org'),
  ('${EMPLOYEES.other}', '${OURS}', 'Other', 'other@example.org'),
  ('${EMPLOYEES.foreign}', '${THEIRS}', 'Foreign', 'foreign@example.org');
insert into callbot.app_user (id, email, name, role, employee_id) values
  ('${USERS.admin}', 'admin@example.org', 'Admin', 'admin', null),
  ('${USERS.manager}', 'manager@example.org', 'Manager', 'manager', null),
  ('${USERS.employee}', 'own@example.org', 'Own', 'employee', '${EMPLOYEES.own}'),
  ('${USERS.idle}', 'idle@example.org', 'Idle', 'employee', null),
  ('${USERS.stranger}', 'stranger@example.org', 'Stranger', 'admin', null);
insert into callbot.app_user_workspaces (user_id, workspace_id)
select id, case id when '${USERS.stranger}' then '${THEIRS}'::uuid else '${OURS}' end from callbot.app_user;
insert into callbot.label (id, workspace_id, name) values
  ('${LABELS.vip}', '${OURS}', 'vip'), ('${LABELS.cold}', '${OURS}', 'cold'),
  ('${LABELS.vipToo}', '${OURS}', 'vip'), ('${LABELS.foreign}', '${THEIRS}', 'vip');
insert into callbot.customer
  (id, workspace_id, name, email, phone, status, employee_id, is_deleted, deleted_at, other_attributes, created_at)
values
  ('${CUSTOMERS.own}', '${OURS}', 'Own', 'a@example.org', '+84 1', 'active', '${EMPLOYEES.own}', false, null, '{"score": 1.50}', '2026-01-01'),
  ('${CUSTOMERS.others}', '${OURS}', 'Others', null, '+84 2', 'pending', '${EMPLOYEES.other}', false, null, '{}', '2026-01-02'),
  ('${CUSTOMERS.nobodys}', '${OURS}', 'Nobodys', null, '+84 3', null, null, false, null, '{}', '2026-01-03'),
  ('${CUSTOMERS.deleted}', '${OURS}', 'Deleted', null, '+84 8', 'active', '${EMPLOYEES.own}', true, '2026-01-05', '{}', '2026-01-04'),
  ('${CUSTOMERS.foreign}', '${THEIRS}', 'Foreign', null, '+84 9', 'active', '${EMPLOYEES.foreign}', false, null, '{}', '2026-01-05');
insert into callbot.customer_campaign_labels (customer_id, label_id) values
  ('${CUSTOMERS.own}', '${LABELS.vip}'), ('${CUSTOMERS.foreign}', '${LABELS.foreign}');
insert into callbot.call_campaign (id, workspace_id, name, status) values
  ('${ENROLMENTS.own}', '${OURS}', 'Spring', 'active'), ('${ENROLMENTS.foreign}', '${THEIRS}', 'Spring', 'active');
insert into callbot.call_campaign_customer (id, workspace_id, campaign_id, customer_id, status) values
  ('${ENROLMENTS.own}', '${OURS}', '${ENROLMENTS.own}', '${CUSTOMERS.own}', 'completed'),
  ('${ENROLMENTS.others}', '${OURS}', '${ENROLMENTS.own}', '${CUSTOMERS.others}', 'pending'),
  ('${ENROLMENTS.foreign}', '${THEIRS}', '${ENROLMENTS.foreign}', '${CUSTOMERS.foreign}', 'pending');
insert into callbot.call
  (workspace_id, customer_id, campaign_customer_id, direction, status, duration, duration_seconds, call_type, billing_rate)
values
  ('${OURS}', '${CUSTOMERS.own}', '${ENROLMENTS.own}', 'outbound', 'completed', 90, 90, 'campaign', 0.1),
  ('${OURS}', '${CUSTOMERS.own}', null, 'inbound', 'missed', 0, 0, 'direct', null),
  ('${THEIRS}', '${CUSTOMERS.foreign}', null, 'inbound', 'missed', 0, 0, 'direct', 1);
`;
