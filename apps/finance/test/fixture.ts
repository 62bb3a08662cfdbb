/** A small world for conversations: one of everything, and of each kind one that must stay out of sight. */
const id = (kind: string, number: number) =>
  `00000000-0000-4000-8000-${kind}${String(number).padStart(12 - kind.length, '0')}`;

export const ORGANIZATIONS = { acme: id('a', 1), other: id('a', 2) } as const;
export const TEAMS = { sales: id('b', 1), theirs: id('b', 2) } as const;
export const USERS = {
  olga: id('c', 1),
  anna: id('c', 2),
  vera: id('c', 3),
  ian: id('c', 4),
  stranger: id('c', 9),
} as const;
export type User = keyof typeof USERS;

export const ACCOUNTS = {
  operating: id('d', 1),
  payroll: id('d', 2),
  dollars: id('d', 3),
  sales: id('d', 4),
  own: id('d', 5),
  theirs: id('d', 9),
} as const;
export const transactionId = (number: number): string => id('e', number);

/** olga owns, anna posts, vera reads, ian has left; a stranger owns another organization and reads in this one nothing. */
export const ROWS = `
insert into finance.organization (id, name) values ('${ORGANIZATIONS.acme}', 'Acme'), ('${ORGANIZATIONS.other}', 'Other');
insert into finance.team (id, organization_id, name) values
  ('${TEAMS.sales}', '${ORGANIZATIONS.acme}', 'Sales'), ('${TEAMS.theirs}', '${ORGANIZATIONS.other}', 'Theirs');
insert into finance.app_user (id, email, name, is_active, created_at) values
  ('${USERS.olga}', 'olga@acme.example', 'Olga', true, '2026-01-01'),
  ('${USERS.anna}', 'anna@acme.example', 'Anna Åberg', true, '2026-01-02'),
  ('${USERS.vera}', 'vera@acme.example', 'vera', true, '2026-01-03'),
  ('${USERS.ian}', 'ian@acme.example', 'Ian', false, '2026-01-04'),
  ('${USERS.stranger}', 'stranger@other.example', 'Stranger', true, '2026-01-05');
insert into finance.organization_link (user_id, organization_id, role) values
  ('${USERS.olga}', '${ORGANIZATIONS.acme}', 'owner'), ('${USERS.anna}', '${ORGANIZATIONS.acme}', 'accountant'),
  ('${USERS.vera}', '${ORGANIZATIONS.acme}', 'viewer'), ('${USERS.ian}', '${ORGANIZATIONS.acme}', 'viewer'),
  ('${USERS.anna}', '${ORGANIZATIONS.other}', 'viewer'), ('${USERS.stranger}', '${ORGANIZATIONS.other}', 'owner');
insert into finance.account
  (id, tenant_type, tenant_id, name, currency, created_by, updated_by, created_at, updated_at)
values
  ('${ACCOUNTS.operating}', 'organization', '${ORGANIZATIONS.acme}', 'Operating', 'EUR', '${USERS.olga}', '${USERS.olga}', '2026-02-01', '2026-02-01'),
  ('${ACCOUNTS.payroll}', 'organization', '${ORGANIZATIONS.acme}', 'Payroll', 'EUR', '${USERS.anna}', '${USERS.anna}', '2026-02-02', '2026-02-02'),
  ('${ACCOUNTS.dollars}', 'organization', '${ORGANIZATIONS.acme}', 'Épargne', 'USD', '${USERS.olga}', '${USERS.olga}', '2026-02-03', '2026-02-03'),
  ('${ACCOUNTS.sales}', 'team', '${TEAMS.sales}', 'Sales travel', 'EUR', '${USERS.anna}', '${USERS.anna}', '2026-02-04', '2026-02-04'),
  ('${ACCOUNTS.own}', 'user', '${USERS.vera}', 'Mine', 'EUR', '${USERS.vera}', '${USERS.vera}', '2026-02-05', '2026-02-05'),
  ('${ACCOUNTS.theirs}', 'organization', '${ORGANIZATIONS.other}', 'Operating', 'EUR', '${USERS.stranger}', '${USERS.stranger}', '2026-02-06', '2026-02-06');
insert into finance.transaction
  (id, tenant_type, tenant_id, account_id, transfer_id, amount, kind, status, memo, failure, created_by, created_at, posted_at)
values
  ('${transactionId(1)}', 'organization', '${ORGANIZATIONS.acme}', '${ACCOUNTS.operating}', null, 1250.50, 'deposit', 'posted', 'Invoice 4711', null, '${USERS.anna}', '2026-03-01', '2026-03-01 00:00:01'),
  ('${transactionId(2)}', 'organization', '${ORGANIZATIONS.acme}', '${ACCOUNTS.operating}', null, -0.10, 'fee', 'posted', null, null, '${USERS.anna}', '2026-03-02', '2026-03-02 00:00:01'),
  ('${transactionId(3)}', 'organization', '${ORGANIZATIONS.acme}', '${ACCOUNTS.operating}', '${transactionId(3)}', -250, 'transfer', 'posted', 'Salaries', null, '${USERS.olga}', '2026-03-03', '2026-03-03 00:00:01'),
  ('${transactionId(4)}', 'organization', '${ORGANIZATIONS.acme}', '${ACCOUNTS.payroll}', '${transactionId(3)}', 250, 'transfer', 'posted', 'Salaries', null, '${USERS.olga}', '2026-03-03', '2026-03-03 00:00:01'),
  ('${transactionId(5)}', 'organization', '${ORGANIZATIONS.acme}', '${ACCOUNTS.payroll}', null, -250.01, 'withdrawal', 'failed', null, 'The balance would become negative.', '${USERS.anna}', '2026-03-04', null),
  ('${transactionId(6)}', 'team', '${TEAMS.sales}', '${ACCOUNTS.sales}', null, 99.99, 'deposit', 'posted', null, null, '${USERS.anna}', '2026-03-05', '2026-03-05 00:00:01'),
  ('${transactionId(9)}', 'organization', '${ORGANIZATIONS.other}', '${ACCOUNTS.theirs}', null, 5, 'deposit', 'posted', null, null, '${USERS.stranger}', '2026-03-01', '2026-03-01 00:00:01');
`;
