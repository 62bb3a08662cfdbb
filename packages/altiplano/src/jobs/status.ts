import type { OwnerClient } from '../execute/owner.ts';
import { readerOf } from '../execute/result-types.ts';

export interface JobStanding {
  readonly job: string;
  readonly run: string;
  readonly state: string;
  readonly done: number;
  readonly total: number | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly problem: string | null;
  /** Of the ended runs of this job, the last. */
  readonly newest: boolean;
}

const RUNS = `
select app || ':' || name as job, id as run, state, done::float8 as done, total::float8 as total, attempts,
  to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "createdAt",
  to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "finishedAt", error as problem,
  finished_at is not null and finished_at = max(finished_at) over (partition by app, name) as newest
from (
  select r.*, row_number() over (partition by app, name order by created_at desc) as place
  from altiplano.job_run r where app = any($1)
) r
where place <= 10 or state in ('queued', 'running')
order by app, name, created_at desc
limit 200`;

/** The last ten runs of each job, and all that are not over. */
export async function readStanding(client: OwnerClient, apps: readonly string[]): Promise<readonly JobStanding[]> {
  const { rows } = await client.query({ text: RUNS, values: [apps], types: readerOf });
  return rows as readonly JobStanding[];
}
