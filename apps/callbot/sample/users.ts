import { COPY_NULL } from 'altiplano';
import type { SampleTable } from 'altiplano/sample';
import { identifiers } from './identifier.ts';
import type { World } from './world.ts';

/** The admin of the biggest workspace, by which a later run finds the sample again. */
export const DEMO_EMAIL = 'demo.admin@callbot.example';

interface User {
  readonly email: string;
  readonly role: 'admin' | 'manager' | 'employee';
  /** Index of the employee the user is. */
  readonly employee?: number;
  readonly workspaces: readonly number[];
}

/** In every workspace an admin, a manager and three employees: the busiest, one without customers, one who is nobody. */
function users({ workspaces }: World): User[] {
  const all: User[] = [];
  for (const [index, { employees, firstEmployee }] of workspaces.entries()) {
    const at = `${index + 1}@callbot.example`;
    const own = [index];
    all.push(
      { email: index === 0 ? DEMO_EMAIL : `admin.${at}`, role: 'admin', workspaces: own },
      { email: `manager.${at}`, role: 'manager', workspaces: own },
      { email: `busiest.${at}`, role: 'employee', employee: firstEmployee, workspaces: own },
      { email: `idle.${at}`, role: 'employee', employee: firstEmployee + employees - 1, workspaces: own },
      { email: `unassigned.${at}`, role: 'employee', workspaces: own },
    );
  }
  all.push(
    { email: 'two.workspaces@callbot.example', role: 'manager', workspaces: [0, 1] },
    { email: 'no.workspace@callbot.example', role: 'admin', workspaces: [] },
  );
  return all;
}

export function userTables(world: World): SampleTable[] {
  const all = users(world);
  const userId = identifiers(world.seed, 'user');
  const employeeId = identifiers(world.seed, 'employee');
  const workspaceId = identifiers(world.seed, 'workspace');
  const rows = all.map(({ email, role, employee }, index) => {
    const name = email.slice(0, email.indexOf('@'));
    return `${userId(index)}\t${email}\t${name}\t${role}\t${employee === undefined ? COPY_NULL : employeeId(employee)}`;
  });
  const memberships = all.flatMap(({ workspaces }, index) =>
    workspaces.map((workspace) => `${userId(index)}\t${workspaceId(workspace)}`),
  );
  return [
    {
      table: 'app_user',
      columns: ['id', 'email', 'name', 'role', 'employee_id'],
      total: rows.length,
      rows: () => rows,
    },
    {
      table: 'app_user_workspaces',
      columns: ['user_id', 'workspace_id'],
      total: memberships.length,
      rows: () => memberships,
    },
  ];
}
