import { type OwnerClient, withOwner } from '../execute/owner.ts';
import type { Job, Progress } from '../resource/job.ts';
import { contextOf, type Sealing, Stopped } from './context.ts';
import { readPayload } from './payload.ts';
import { problemOf } from './problem.ts';

export interface Performed {
  /** `elsewhere`: another session runs it, or it is over. `waiting`: it will be tried again, or went back when the process stopped. */
  readonly state: 'done' | 'failed' | 'waiting' | 'elsewhere';
  readonly attempt: number;
  readonly problem: string | null;
}

export interface PerformOptions {
  /** The owner's connection, past any pooler: a lock of the session says that the run is under way. */
  readonly url: string;
  readonly job: Job;
  /** Whose encrypted columns it may seal anew, and with which keys. */
  readonly sealing: Sealing;
  readonly run: string;
  readonly signal: AbortSignal;
  /** Somebody sits before it and decides whether it is tried again. */
  readonly once?: boolean;
  readonly tell?: (progress: Progress) => void;
}

/**
 * A statement may take long, but none outlives its process: the server looks after a second whether anybody is still there.
 */
const SETTINGS = `
  set application_name = 'altiplano job';
  set TimeZone = 'UTC';
  set statement_timeout = 0;
  set idle_in_transaction_session_timeout = '5min';
  set client_connection_check_interval = '1s';
  set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`;

const LOCK = 'select pg_try_advisory_lock(altiplano.job_lock($1)) as locked';

const BEGIN = `
update altiplano.job_run
set state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now()), error = null
where id = $1 and state in ('queued', 'running')
returning payload::text as payload, checkpoint, attempts, most_attempts`;

const END = `
update altiplano.job_run set state = $2, finished_at = now(), error = $3
where id = $1 and state = 'running'`;

/** Back into the queue in the same statement: there is no moment in which it is neither running nor queued. */
const AGAIN = `
with again as (
  update altiplano.job_run
  set state = 'queued', error = $2, due_at = now() + make_interval(secs => $3), attempts = attempts - $4
  where id = $1 and state = 'running'
  returning *
)
select altiplano.enqueue_job(a::altiplano.job_run) from again a`;

/** Runs a job from where it stands, as the only session that does. */
export async function perform(options: PerformOptions): Promise<Performed> {
  return withOwner(options.url, async (client) => {
    await client.query(SETTINGS);
    const { rows: locks } = await client.query(LOCK, [options.run]);
    if (locks[0]?.locked !== true) return ELSEWHERE;
    const { rows } = await client.query(BEGIN, [options.run]);
    const [begun] = rows;
    return begun === undefined ? ELSEWHERE : attempt(client, options, begun);
  });
}

const ELSEWHERE: Performed = { state: 'elsewhere', attempt: 0, problem: null };

interface Begun {
  readonly payload: string;
  readonly checkpoint: unknown;
  readonly attempts: number;
  readonly most_attempts: number;
}

async function attempt(client: OwnerClient, options: PerformOptions, begun: Begun): Promise<Performed> {
  const { job, run, signal, sealing, once = false, tell = () => {} } = options;
  const { payload, checkpoint, attempts, most_attempts: most } = begun;
  const end = async (state: 'done' | 'failed', problem: string | null): Promise<Performed> => {
    await client.query(END, [run, state, problem]);
    return { state, attempt: attempts, problem };
  };
  if (attempts > most && !once) return end('failed', `its process ended in each of ${most} attempts`);
  try {
    const values = readPayload(job, payload);
    await job.run(contextOf(client, { id: run, payload: values, checkpoint }, { signal, sealing, tell }));
    return await end('done', null);
  } catch (error) {
    const problem = problemOf(error);
    if (error instanceof Stopped) {
      // That a process stops is no fault of the job's: it costs no attempt.
      await client.query(AGAIN, [run, null, 0, 1]);
      return { state: 'waiting', attempt: attempts, problem: null };
    }
    if (once || attempts >= most) return end('failed', problem);
    await client.query(AGAIN, [run, problem, pauseOf(job, attempts), 0]);
    return { state: 'waiting', attempt: attempts, problem };
  }
}

const LONGEST_PAUSE = 3_600;

const pauseOf = ({ retry }: Job, attempts: number): number =>
  Math.min(LONGEST_PAUSE, retry.seconds * 2 ** (attempts - 1));
