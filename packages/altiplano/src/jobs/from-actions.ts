import type { ActionJobs, JobProgress, RunQuery } from '../resource/action.ts';
import type { Job } from '../resource/job.ts';
import { sql } from '../resource/query.ts';
import { findJob, membersOf, payloadText } from './payload.ts';

/** What an action may do with jobs: in its transaction, as its tenant. */
export function jobsOf(app: string, jobs: readonly Job[], query: RunQuery): ActionJobs {
  return {
    async add(name, payload = {}, { key } = {}) {
      const job = findJob(jobs, name);
      const text = payloadText(job, membersOf(job.payload, payload));
      const [added] = await query<{ id: string }>(
        sql`select altiplano.add_job(${app}, ${name}, ${text}::json, ${key ?? null}, ${job.retry.attempts}) as id`,
      );
      return added?.id ?? '';
    },
    async progress(id) {
      const [found] = await query<JobProgress>(sql`select * from altiplano.job_progress(${app}, ${id})`);
      return found ?? null;
    },
  };
}
