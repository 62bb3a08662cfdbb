// The described recommendation: one EXISTS for the permission, then the page by cursor with subqueries over the covering
// index, no count. Its figures are read in one lateral pass, not in one subquery each: better than described.
import pg from 'pg';
import { serve } from '../serve.mjs';
import { conditionsOf } from './filters.mjs';
import { pageSql } from './page-sql.mjs';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  options: `-c jit=off -c TimeZone=UTC -c search_path=callbot -c statement_timeout=${process.env.PATIENCE ?? 30000}`,
});
const PERMISSION =
  'select exists (select from app_user_workspaces where user_id = $1 and workspace_id = $2) as allowed';
const names = new Map();

serve(async (query) => {
  const workspace = query.get('workspace_id');
  const permission = await pool.query({
    name: 'permission',
    text: PERMISSION,
    values: [process.env.USER_ID, workspace],
  });
  if (!permission.rows[0].allowed) return null;
  const values = [workspace];
  const conditions = ['c.workspace_id = $1', 'not c.is_deleted', ...conditionsOf(query, values)];
  const size = Number(query.get('page_size') ?? 25);
  const text = pageSql(conditions, size + 1);
  const { rows } = await pool.query({ name: nameOf(text), text, values });
  const count = query.get('count') === 'exact' ? await countRows(conditions, values) : null;
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const next = rows.length > size ? JSON.stringify(`?after=${last.created},${last.id}`) : 'null';
  return `{"results":[${shown.map(({ item }) => item).join(',')}],"next":${next},"previous":null,"count":${count}}`;
});

async function countRows(conditions, values) {
  const text = `select count(*) from customer c where ${conditions.join(' and ')}`;
  return (await pool.query({ name: nameOf(text), text, values })).rows[0].count;
}

function nameOf(text) {
  if (!names.has(text)) names.set(text, `cure_${names.size}`);
  return names.get(text);
}
