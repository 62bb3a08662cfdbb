import { randomUUID } from 'node:crypto';
import type { OwnerClient } from 'altiplano';

/** A small world of its own: two workspaces, and in the first one user of each kind. */
export interface Place {
  readonly workspace: string;
  readonly other: string;
  readonly admin: string;
  /** Of the other workspace only. */
  readonly stranger: string;
  readonly employee: { readonly user: string; readonly id: string };
  readonly colleague: { readonly user: string; readonly id: string };
  /** Of role employee, without an employee. */
  readonly nobody: string;
  readonly labels: readonly string[];
  readonly foreign: { readonly label: string; readonly employee: string; readonly customer: string };
}

export async function makePlace(owner: OwnerClient): Promise<Place> {
  await owner.query('set search_path = callbot');
  const insert = async (table: string, row: Readonly<Record<string, unknown>>): Promise<string> => {
    const values = { id: randomUUID(), ...row };
    const columns = Object.keys(values);
    const places = columns.map((_, index) => `$${index + 1}`);
    await owner.query(
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      Object.values(values),
    );
    return values.id;
  };
  const workspace = await insert('workspace', { name: 'ours' });
  const other = await insert('workspace', { name: 'theirs' });
  const user = async (role: string, where: string, employee: string | null = null) => {
    const id = await insert('app_user', {
      email: `${randomUUID()}@example.org`,
      name: role,
      role,
      employee_id: employee,
    });
    await owner.query('insert into app_user_workspaces (user_id, workspace_id) values ($1, $2)', [id, where]);
    return id;
  };
  const employee = (where: string) => insert('employee', { workspace_id: where, name: 'e', email: 'e@example.org' });
  const label = (where: string, name: string) => insert('label', { workspace_id: where, name });
  const [one, two, foreigner] = [await employee(workspace), await employee(workspace), await employee(other)];
  return {
    workspace,
    other,
    admin: await user('admin', workspace),
    stranger: await user('admin', other),
    employee: { user: await user('employee', workspace, one), id: one },
    colleague: { user: await user('employee', workspace, two), id: two },
    nobody: await user('employee', workspace),
    labels: [await label(workspace, 'a'), await label(workspace, 'b'), await label(workspace, 'c')],
    foreign: {
      label: await label(other, 'x'),
      employee: foreigner,
      customer: await insert('customer', { workspace_id: other, name: 'x', phone: '1' }),
    },
  };
}
