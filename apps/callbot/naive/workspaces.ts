import {
  type Database,
  isUuid,
  jsonArray,
  jsonObject,
  jsonOf,
  jsonTimeOf,
  MalformedValue,
  type Parameters,
  parseQueryString,
  Refusal,
  readBoolean,
  readPageSize,
  timeOf,
} from 'altiplano/twin';
import type { NaiveOptions, NaiveRequest } from './request.ts';

interface WorkspaceRow {
  readonly key: string;
  readonly created: string;
  readonly id: string;
  readonly name: string;
}

/** The caller's workspaces, the newest first: the first page, with a COUNT(*) and a MAX() for each. */
export async function writeWorkspaces(
  database: Database,
  request: NaiveRequest,
  options: NaiveOptions,
): Promise<string> {
  const parameters = parseQueryString(request.query);
  const { pageSize, counted } = readQuery(parameters, ['page_size', 'count', '_profile']);
  const rows = await findWorkspaces(database, request.user.id);
  const page = rows.slice(0, pageSize);
  const items: string[] = [];
  for (const row of page) items.push(await writeWorkspace(database, request.user.id, row));
  const last = page.at(-1);
  const leads = options.cursorAfter && last && rows.length > page.length;
  return jsonObject([
    ['results', jsonArray(items)],
    ['next', leads ? address(request, options.cursorAfter({ created_at: last.created, id: last.key })) : 'null'],
    ['previous', 'null'],
    ['count', counted ? String(rows.length) : 'null'],
  ]);
}

/** One of them; any other id, of a workspace or of nothing, is the same 403. */
export async function writeOneWorkspace(database: Database, request: NaiveRequest, id: string): Promise<string> {
  const rows = await findWorkspaces(database, request.user.id);
  const row = rows.find(({ key }) => isUuid(id) && key === id.toLowerCase());
  if (!row) throw new Refusal(403);
  readQuery(parseQueryString(request.query), ['_profile']);
  return writeWorkspace(database, request.user.id, row);
}

async function findWorkspaces(database: Database, userId: string): Promise<WorkspaceRow[]> {
  return database.rows<WorkspaceRow>(
    `SELECT workspace.id::text AS key, ${timeOf('workspace.created_at')} AS created, ${jsonOf('workspace.id')} AS id,
       ${jsonOf('workspace.name')} AS name
     FROM ${database.table('workspace')} workspace
     WHERE workspace.id IN (SELECT workspace_id FROM ${database.table('app_user_workspaces')} WHERE user_id = $1)
     ORDER BY workspace.created_at DESC, workspace.id DESC`,
    [userId],
  );
}

async function writeWorkspace(database: Database, userId: string, row: WorkspaceRow): Promise<string> {
  const user = await database.row<{ role: string; employee_id: string | null }>(
    `SELECT role, employee_id::text FROM ${database.table('app_user')} WHERE id = $1`,
    [userId],
  );
  // Compared with null nothing is equal: an employee who is nobody counts nothing.
  const own = user?.role === 'employee' ? 'AND employee_id = $2::uuid' : 'AND $2::uuid IS NOT DISTINCT FROM $2::uuid';
  const visible = `FROM ${database.table('customer')} WHERE workspace_id = $1::uuid AND NOT is_deleted ${own}`;
  const values = [row.key, user?.employee_id ?? null];
  return jsonObject([
    ['id', row.id],
    ['name', row.name],
    ['customer_count', await database.value(`SELECT count(*)::text AS value ${visible}`, values)],
    ['last_updated', await database.value(`SELECT ${jsonTimeOf('max(updated_at)')} AS value ${visible}`, values)],
  ]);
}

function readQuery(parameters: Parameters, known: readonly string[]): { pageSize: number; counted: boolean } {
  const faults = new Set<string>();
  let pageSize = 25;
  for (const [name, values] of parameters) {
    const value = values.at(-1) ?? '';
    try {
      if (!known.includes(name)) throw new MalformedValue('unknown');
      if (name === 'page_size') pageSize = readPageSize(value);
      if (name === '_profile') readBoolean(value);
      if (name === 'count' && value !== 'exact' && value !== 'estimated') throw new MalformedValue('not a count');
    } catch (error) {
      if (!(error instanceof MalformedValue)) throw error;
      faults.add(name);
    }
  }
  if (faults.size > 0) throw new Refusal(400, [...faults]);
  return { pageSize, counted: parameters.has('count') };
}

function address({ origin, path, query }: NaiveRequest, cursor: string): string {
  const parameters = new URLSearchParams(query);
  parameters.append('cursor', cursor);
  return JSON.stringify(`${origin}${path}?${parameters}`);
}
