import type pg from 'pg';
import { Failure } from '../errors/failure.ts';
import { currentTrace, type Trace } from '../profile/trace.ts';
import type { Statement } from '../sql/statement.ts';
import { acquire } from './acquire.ts';
import { cancelOnAbort } from './cancel.ts';
import type { Client, Pool } from './pool.ts';
import { isFull } from './prepared.ts';
import { readerOf } from './result-types.ts';
import { type Session, setSession } from './session.ts';
import { translate } from './sqlstate.ts';
import { opens, type Tracing, tracing, untold } from './traced.ts';
import { BEGIN } from './transact.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Sends one more statement of the transaction; those sent without waiting travel together. */
export type Send = (statement: Statement) => Promise<readonly Row[]>;

export interface Interaction<T> {
  readonly session: Session;
  readonly kind: 'read' | 'write';
  /** Sent with begin and settings. */
  readonly first: Statement;
  /** What it returns is the result; thrown, everything is taken back. `last` is sent with the commit. */
  readonly work: (first: Row, send: Send) => Promise<{ readonly value: T; readonly last?: Statement }>;
  readonly signal: AbortSignal;
  /** Milliseconds that the work may keep its connection. */
  readonly patience: number;
}

/**
 * A transaction of the tenant in which code runs between statements: begin, settings and the first statement in one round
 * trip, then what the work sends, then the last statement and commit in one.
 * @throws what the work throws, EXEC_* as {@link translate} says
 */
export async function interact<T>(pool: Pool, interaction: Interaction<T>): Promise<T> {
  const { session, kind, first, work, signal, patience } = interaction;
  const trace = currentTrace();
  const asked = trace === null ? 0 : performance.now();
  const opened = trace !== null && opens(pool);
  const client = await untold(trace, () => acquire(pool, signal));
  const disarm = cancelOnAbort(client, signal);
  const told = trace === null ? null : tracing(trace, asked, opened);
  const conversation = new Conversation({ client, signal, writes: kind === 'write', trace, told });
  try {
    const [, , row] = await conversation.all([
      conversation.raw({ text: BEGIN[kind] }),
      conversation.raw(setSession(session, kind)),
      conversation.raw({ ...first, values: [...first.values] }, true),
    ]);
    const { value, last } = await within(patience, work(row?.rows[0] ?? {}, conversation.send));
    await conversation.commit(last);
    return value;
  } catch (error) {
    await conversation.rollback();
    throw error;
  } finally {
    await disarm();
    client.release(conversation.broken || isFull(client, conversation.sent));
  }
}

async function within<T>(patience: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure('EXEC_TIMEOUT')), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // it may still fail when nobody listens any more
  }
}

type Prepared = pg.QueryConfig & { readonly name?: string };

interface ConversationOptions {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly writes: boolean;
  /** Of a request that is profiled. */
  readonly trace: Trace | null;
  readonly told: Tracing | null;
}

class Conversation {
  readonly sent: Statement[] = [];
  broken = false;
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #writes: boolean;
  readonly #trace: Trace | null;
  readonly #told: Tracing | null;
  readonly #underway = new Set<Promise<unknown>>();
  /** What made the server give the transaction up, even if the work went on as if nothing had happened. */
  #failure: Failure | null = null;
  #over = false;

  constructor({ client, signal, writes, trace, told }: ConversationOptions) {
    this.#trace = trace;
    this.#told = told;
    this.#client = client;
    this.#signal = signal;
    this.#writes = writes;
  }

  readonly send: Send = (statement) => {
    const rows = this.#rowsOf(statement);
    rows.catch(() => {}); // who does not wait for it hears of it at the commit
    return rows;
  };

  async #rowsOf(statement: Statement): Promise<readonly Row[]> {
    if (this.#over) throw new Error('the transaction of this action is over');
    if (this.#signal.aborted) throw new Failure('EXEC_CANCELLED');
    if (this.#failure !== null) throw this.#failure;
    this.sent.push(statement);
    const { rows } = await this.raw({ ...statement, values: [...statement.values], types: readerOf }, true);
    return rows;
  }

  /** @param isStatement not one of those that only hold the transaction together */
  async raw(query: Prepared, isStatement = false): Promise<pg.QueryResult> {
    const reply = untold(this.#trace, () => this.#client.query(query));
    const kind = this.#writes ? 'write' : 'read';
    // Of a write the commit is where the disk is waited for.
    const isCommit = this.#writes && query.text === 'commit';
    if (isStatement || isCommit) this.#told?.sent(query, isCommit ? 'transaction' : kind, reply);
    this.#underway.add(reply);
    try {
      return await reply;
    } catch (cause) {
      this.#failure ??= translate(cause, this.#signal, this.#writes);
      throw this.#failure;
    } finally {
      this.#underway.delete(reply);
    }
  }

  async all(replies: readonly Promise<pg.QueryResult>[]): Promise<readonly pg.QueryResult[]> {
    await Promise.allSettled(replies);
    return Promise.all(replies);
  }

  async commit(last: Statement | undefined): Promise<void> {
    this.#over = true;
    await Promise.allSettled(this.#underway);
    if (this.#failure !== null) throw this.#failure;
    const ending = last === undefined ? [] : [this.raw({ ...last, values: [...last.values] }, true)];
    if (last !== undefined) this.sent.push(last);
    const replies = await this.all([...ending, this.raw({ text: 'commit' })]);
    if (replies.at(-1)?.command !== 'COMMIT') throw new Failure('EXEC_INTERNAL');
  }

  /** Waits for what is under way: the connection is idle afterwards, or thrown away. */
  async rollback(): Promise<void> {
    this.#over = true;
    await Promise.allSettled(this.#underway);
    await untold(this.#trace, () => this.#client.query('rollback')).catch(() => {
      this.broken = true;
    });
  }
}
