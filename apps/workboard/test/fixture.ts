const id = (kind: string, number: number): string =>
  `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;

export const OURS = id('aaaa', 1);
export const THEIRS = id('aaaa', 2);
/** Well-formed, and of nothing. */
export const MADE_UP = id('dead', 1);

export const MEMBERS = {
  owner: id('0000', 1),
  admin: id('0000', 2),
  member: id('0000', 3),
  second: id('0000', 4),
  /** Owner of THEIRS. */
  stranger: id('0000', 9),
} as const;
export type Member = keyof typeof MEMBERS;

export const PROJECTS = { roof: id('bbbb', 1), office: id('bbbb', 2), foreign: id('bbbb', 9) } as const;
export const TASKS = {
  order: id('cccc', 1),
  mount: id('cccc', 2),
  call: id('cccc', 3),
  keys: id('cccc', 4),
  foreign: id('cccc', 9),
} as const;

/** One of everything, and of each kind one of another organization. */
export const ROWS = `
insert into workboard.organization (id, name, slug, created_at) values
  ('${OURS}', 'Ours', 'ours', '2025-01-01Z'), ('${THEIRS}', 'Theirs', 'theirs', '2025-01-01Z');
insert into workboard.member (id, organization_id, email, name, role, created_at) values
  ('${MEMBERS.owner}', '${OURS}', 'olga@example.org', 'Olga Owner', 'owner', '2025-02-01Z'),
  ('${MEMBERS.admin}', '${OURS}', 'adam@example.org', 'Adam Admin', 'admin', '2025-02-02Z'),
  ('${MEMBERS.member}', '${OURS}', 'mia@example.org', 'Mia Member', 'member', '2025-02-03Z'),
  ('${MEMBERS.second}', '${OURS}', 'max@example.org', 'Max Member', 'member', '2025-02-04Z'),
  ('${MEMBERS.stranger}', '${THEIRS}', 'sven@example.org', 'Sven Stranger', 'owner', '2025-02-05Z');
insert into workboard.project (id, organization_id, owner_id, name, description, status, created_at, updated_at) values
  ('${PROJECTS.roof}', '${OURS}', '${MEMBERS.owner}', 'Solar roof', 'On the barn.', 'active', '2026-01-01Z', '2026-01-01Z'),
  ('${PROJECTS.office}', '${OURS}', '${MEMBERS.admin}', 'Old office', '', 'archived', '2026-01-02Z', '2026-01-09 10:30:00.123456Z'),
  ('${PROJECTS.foreign}', '${THEIRS}', '${MEMBERS.stranger}', 'Foreign', '', 'active', '2026-01-03Z', '2026-01-03Z');
insert into workboard.task
  (id, organization_id, project_id, assignee_id, title, description, status, priority, due_date, created_at, updated_at)
values
  ('${TASKS.order}', '${OURS}', '${PROJECTS.roof}', '${MEMBERS.member}', 'Order panels', 'Forty of them.', 'done', 'high', '2026-02-01', '2026-01-03Z', '2026-01-08Z'),
  ('${TASKS.mount}', '${OURS}', '${PROJECTS.roof}', null, 'Mount panels', '', 'in_progress', 'urgent', null, '2026-01-04Z', '2026-01-04Z'),
  ('${TASKS.call}', '${OURS}', '${PROJECTS.roof}', '${MEMBERS.member}', 'Call the grid', '', 'todo', 'normal', '2026-03-01', '2026-01-05Z', '2026-01-05Z'),
  ('${TASKS.keys}', '${OURS}', '${PROJECTS.office}', '${MEMBERS.second}', 'Return keys', '', 'todo', 'low', '2026-02-15', '2026-01-06Z', '2026-01-06Z'),
  ('${TASKS.foreign}', '${THEIRS}', '${PROJECTS.foreign}', '${MEMBERS.stranger}', 'Foreign', '', 'todo', 'urgent', '2026-02-15', '2026-01-07Z', '2026-01-07Z');
`;
