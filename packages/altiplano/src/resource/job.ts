import { Failure } from '../errors/failure.ts';
import type { AcceptedMembers, NoMembers, ValuesOf } from './accept.ts';
import type { RunQuery } from './action.ts';

export interface Job {
  readonly name: string;
  readonly summary: string;
  /** Cron's five fields, in UTC; null: only when it is asked for. */
  readonly schedule: string | null;
  readonly retry: Retry;
  /** What it is to be told; a flag each of `altiplano job run`. */
  readonly payload: AcceptedMembers;
  run(context: JobContext): Promise<void>;
}

export interface Retry {
  /** Times it may be begun, crashes included. */
  readonly attempts: number;
  /** Seconds before the second attempt; twice as long before each further one, an hour at most. */
  readonly seconds: number;
  /** The same of a run that the schedule began: where the next one does its work, one is enough. As `attempts` unless said otherwise. */
  readonly scheduled: number;
}

/** What a job works with: the owner's connection, which sees the rows of every tenant. */
export interface JobContext<P extends AcceptedMembers = AcceptedMembers> {
  readonly id: string;
  readonly payload: ValuesOf<P>;
  /** What the last step noted, also one of a process that is gone; null at first. */
  readonly checkpoint: unknown;
  /** Fires when the process is to stop; the next step does not begin. */
  readonly signal: AbortSignal;
  /** Outside of steps: reading. */
  readonly query: RunQuery;
  /**
   * One transaction: what the work writes and the checkpoint it returns are committed together, or neither is. Long work is
   * many steps; a process that is killed loses the step under way and nothing else.
   */
  step(work: (query: RunQuery) => Promise<Progress>): Promise<void>;
  /**
   * In a step: seals the next rows of the app's encrypted columns with the current key; `after` as the batch before told it, null at
   * first. The keys themselves are not handed out.
   * @throws ENCRYPTION_UNSET, ENCRYPTION_KEY_MISSING, ENCRYPTION_DAMAGED
   */
  reencrypt(query: RunQuery, after: unknown): Promise<ReencryptedBatch>;
  /** About how many rows that are. */
  countEncrypted(query: RunQuery): Promise<number>;
}

export interface ReencryptedBatch {
  /** Where the next batch begins, to be kept as JSON; null when everything was looked at. */
  readonly after: unknown;
  readonly seen: number;
  /** Rows that were written. */
  readonly changed: number;
}

export interface Progress {
  readonly checkpoint: unknown;
  readonly done: number;
  readonly total?: number;
}

export interface JobDeclaration<P extends AcceptedMembers> {
  readonly name: string;
  readonly summary?: string;
  readonly schedule?: string;
  readonly retry?: Partial<Retry>;
  readonly payload?: P;
  run(context: JobContext<P>): Promise<void>;
}

/** Declares work beside requests, checked when the app is loaded. */
export function job<const P extends AcceptedMembers = NoMembers>(declaration: JobDeclaration<P>): Job {
  const { name, summary, schedule = null, retry, payload } = declaration;
  const refuse = (problem: string, remedy: string): never => {
    throw new Failure('DECL_INVALID', { values: { resource: name, problem, remedy } });
  };
  if (!/^[a-z][a-z0-9_]*$/.test(name)) refuse('is no name of a job', 'Lower case letters, digits, underscores.');
  if (schedule !== null && schedule.trim().split(/\s+/).length !== 5)
    refuse(`has the schedule '${schedule}'`, "Cron's five fields: '0 3 * * *' is every night at three, UTC.");
  if (Object.values(payload ?? {}).some(({ value }) => value.kind === 'column'))
    refuse('is told a column', 'Say the kind of value: a job is no table.');
  const { attempts = 5, seconds = 10, scheduled = attempts } = retry ?? {};
  for (const times of [attempts, scheduled])
    if (!(times >= 1 && times <= 100)) refuse(`has ${times} attempts`, '1 to 100.');
  return Object.freeze({
    name,
    summary: summary ?? name.replaceAll('_', ' '),
    schedule,
    retry: { attempts, seconds, scheduled },
    payload: payload ?? {},
    run: declaration.run as Job['run'],
  });
}
