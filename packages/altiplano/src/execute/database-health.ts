import type { Health } from '../profile/admin-api.ts';
import type { Pool } from './pool.ts';
import { translate } from './sqlstate.ts';

/** The largest say enough. */
const MOST_INDEXES = 100;

const INDEXES = `select s.schemaname || '.' || s.relname as table, s.indexrelname as index,
  pg_relation_size(s.indexrelid)::float8 as bytes, s.idx_scan::float8 as scans
from pg_stat_user_indexes s
where s.schemaname = any($1)
order by bytes desc
limit ${MOST_INDEXES}`;

const BUFFERS = `select blks_hit::float8 as hits, blks_read::float8 as misses
from pg_stat_database
where datname = current_database()`;

/** What the database knows of its own: how large the indexes are, how often they are used, and what it had to read from disk. */
export async function readDatabaseHealth(
  pool: Pool,
  schemas: readonly string[],
): Promise<{
  readonly indexes: Health['indexes'];
  readonly buffers: { readonly hits: number; readonly misses: number };
}> {
  try {
    const indexes = await pool.query(INDEXES, [schemas]);
    const buffers = await pool.query(BUFFERS);
    return { indexes: indexes.rows, buffers: buffers.rows[0] ?? { hits: 0, misses: 0 } };
  } catch (cause) {
    throw translate(cause);
  }
}
