import type { OwnerClient } from '../execute/owner.ts';
import { FOLDING } from './lock.ts';

/** The session that folds. */
export interface FolderSession {
  readonly pid: number;
  readonly application: string;
  readonly client: string | null;
}

export async function readFolder(client: OwnerClient): Promise<FolderSession | null> {
  const { rows } = await client.query<FolderSession>(
    `select a.pid, a.application_name as application, a.client_addr::text as client
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`,
    [FOLDING],
  );
  return rows[0] ?? null;
}
