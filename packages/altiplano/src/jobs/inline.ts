import { withOwner } from '../execute/owner.ts';
import type { Job } from '../resource/job.ts';

export interface StartedRun {
  readonly id: string;
  /** It was begun before, and not ended. */
  readonly resumed: boolean;
}

/** Until the transaction ends: of two that are told the same at once the second finds the first one's run. */
const ALONE = "select pg_advisory_xact_lock(hashtextextended('altiplano start ' || $1 || ':' || $2, 0))";

const START = `
insert into altiplano.job_run (app, name, payload, most_attempts) values ($1, $2, $3, $4)
returning id`;

const UNFINISHED = `
select id from altiplano.job_run
where app = $1 and name = $2 and payload::jsonb = $3::jsonb and state in ('queued', 'running')
order by created_at limit 1`;

/** A run for this process, beside the queue: the unfinished one that was told the same, or a new one. */
export function startRun(url: string, app: string, job: Job, payload: string): Promise<StartedRun> {
  return withOwner(url, async (client) => {
    const values = [app, job.name, payload];
    await client.query('begin');
    await client.query(ALONE, [app, job.name]);
    const { rows: found } = await client.query(UNFINISHED, values);
    const resumed = found[0] !== undefined;
    const { rows } = resumed ? { rows: found } : await client.query(START, [...values, job.retry.attempts]);
    await client.query('commit');
    return { id: String(rows[0]?.id), resumed };
  });
}
