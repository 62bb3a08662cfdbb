import { type Condition, compared, type Database, isUuid, lastValue, type Parameters, Refusal } from 'altiplano/twin';

/** The conditions that every customer this user may see in this workspace fulfils. */
export interface Admission {
  readonly workspaceId: string;
  readonly conditions: readonly Condition[];
}

export async function admit(database: Database, userId: string, parameters: Parameters): Promise<Admission> {
  const workspaceId = lastValue(parameters, 'workspace_id');
  if (workspaceId === undefined || !isUuid(workspaceId)) throw new Refusal(400, ['workspace_id']);
  const membership = await database.row(
    `SELECT FROM ${database.table('app_user_workspaces')} WHERE user_id = $1 AND workspace_id = $2`,
    [userId, workspaceId],
  );
  if (!membership) throw new Refusal(403);
  const visible: Condition[] = [compared('workspace_id', '=', workspaceId, 'uuid'), () => 'NOT customer.is_deleted'];
  return { workspaceId, conditions: [...visible, ...(await roleConditions(database, userId))] };
}

async function roleConditions(database: Database, userId: string): Promise<Condition[]> {
  const user = await database.row<{ role: string; employee_id: string | null }>(
    `SELECT role, employee_id::text FROM ${database.table('app_user')} WHERE id = $1`,
    [userId],
  );
  if (!user) throw new Refusal(403);
  // Without an employee_id this compares with null, which holds for no customer: the list is empty.
  return user.role === 'employee' ? [compared('employee_id', '=', user.employee_id, 'uuid')] : [];
}
