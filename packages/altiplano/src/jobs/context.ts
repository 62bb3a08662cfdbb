import type { KeyRing } from '../encryption/key-ring.ts';
import { estimateRows, reencryptBatch } from '../encryption/reencrypt.ts';
import { Failure } from '../errors/failure.ts';
import type { OwnerClient } from '../execute/owner.ts';
import { readerOf } from '../execute/result-types.ts';
import type { CompiledQuery, RunQuery } from '../resource/action.ts';
import type { App } from '../resource/app.ts';
import type { JobContext, Progress } from '../resource/job.ts';
import { Query } from '../resource/query.ts';

/** The process is to end: what is done is noted, and another one goes on. */
export class Stopped extends Error {
  constructor() {
    super('stopped between two steps');
    this.name = 'Stopped';
  }
}

export interface Run {
  readonly id: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly checkpoint: unknown;
}

/** What a job may seal, and with what. */
export interface Sealing {
  readonly app: Pick<App, 'name' | 'schema' | 'resources'>;
  readonly keys: KeyRing | null;
}

/** What triggers are told: the run is the request, and no user made it. */
const AUTHOR = `select set_config('altiplano.caller_kind', 'system', true), set_config('altiplano.request_id', $1, true)`;

// A run that another hand has ended takes no step more.
const NOTE = `
update altiplano.job_run set checkpoint = $2::jsonb, done = $3, total = $4
where id = $1 and state = 'running'`;

export interface Surroundings {
  readonly signal: AbortSignal;
  readonly sealing: Sealing;
  readonly tell: (progress: Progress) => void;
}

export function contextOf(client: OwnerClient, run: Run, { signal, sealing, tell }: Surroundings): JobContext {
  let { checkpoint } = run;
  const query: RunQuery = async <R>(of: Query | CompiledQuery) => {
    const { text, values } = of instanceof Query ? of : { text: of.sql, values: of.parameters };
    const { rows } = await client.query({ text, values: [...values], types: readerOf });
    return rows as readonly R[];
  };
  async function step(work: (query: RunQuery) => Promise<Progress>): Promise<void> {
    if (signal.aborted) throw new Stopped();
    await client.query('begin');
    try {
      await client.query(AUTHOR, [`job:${run.id}`]);
      const progress = await work(query);
      const noted = [run.id, JSON.stringify(progress.checkpoint), progress.done, progress.total ?? null];
      const { rowCount } = await client.query(NOTE, noted);
      if (rowCount !== 1) throw new Error('the run was ended by another hand');
      await client.query('commit');
      checkpoint = progress.checkpoint;
      tell(progress);
    } catch (error) {
      await client.query('rollback').catch(() => {}); // a lost connection has done so already
      throw error;
    }
  }
  return {
    id: run.id,
    payload: run.payload as JobContext['payload'],
    get checkpoint() {
      return checkpoint;
    },
    signal,
    query,
    step,
    reencrypt: (inside, after) => reencryptBatch(connectionOf(inside), sealing.app, keysOf(sealing), after),
    countEncrypted: (inside) => estimateRows(connectionOf(inside), sealing.app),
  };
}

const connectionOf = (query: RunQuery) => ({
  query: async (sql: string, parameters: readonly unknown[]) => ({
    rows: await query<Readonly<Record<string, unknown>>>({ sql, parameters }),
  }),
});

function keysOf({ app, keys }: Sealing): KeyRing {
  if (keys === null) throw new Failure('ENCRYPTION_UNSET', { values: { table: app.schema } });
  return keys;
}
