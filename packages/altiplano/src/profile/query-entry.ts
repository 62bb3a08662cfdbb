import type { Captured } from './call-site.ts';
import { busy, now } from './clock.ts';
import { hashOf } from './hash.ts';
import { parameterHashes } from './hashed-answer.ts';
import { beginningOf, copyOf, hold, sizeOf } from './held.ts';
import { keptRows } from './kept-rows.ts';
import type { Recorder } from './recorder.ts';
import type { CallSite, QueryRecord } from './recording.ts';
import type { StatementKind } from './statement-kind.ts';

/** What a driver says when it is asked for a query. */
export interface QueryStart {
  readonly driver: QueryRecord['driver'];
  readonly text: string;
  readonly values?: readonly unknown[] | null;
  readonly label?: string | null;
  readonly connection?: Connection | null;
  /** Since when a connection was waited for, by `performance.now()`; and `busy()` then. */
  readonly wait?: Wait | null;
  /** Where it was asked for, when the stack is another one by now. */
  readonly captured?: Captured | null;
  /** Where the driver itself knows it. */
  readonly site?: CallSite | null;
}

/** A connection's number in the process, and of the transaction that is open on it. */
export interface Connection {
  readonly number: number;
  transaction: number | null;
}

export interface Wait {
  readonly asked: number;
  readonly busy: number;
  readonly captured: Captured | null;
  /** Whether a new one was opened, which is the database's time and nobody else's. */
  readonly opens: boolean;
  /** When the connection came, and `busy()` then. */
  acquired: number;
  acquiredBusy: number;
}

/** Rows as the driver hands them over; of arrays, `columns` says their names. */
export interface Answer {
  /** Returned or changed; null where the driver does not say. */
  readonly rows: number | null;
  readonly data?: readonly unknown[] | null;
  readonly columns?: readonly string[] | null;
}

/** A query under way. Its driver tells it, in this order: it has a connection, its answer arrives, it is read. */
export class QueryEntry {
  readonly driver: QueryRecord['driver'];
  /** Its beginning where the whole is not held; then `textHash` is of the whole. */
  readonly text: string;
  readonly textHash: string | null;
  readonly kind: StatementKind;
  readonly label: string | null;
  readonly layer: string | null;
  /** Null without any, and where they are not held; then `valuesHash` is theirs. */
  readonly values: readonly unknown[] | null;
  readonly valuesHash: string | null;
  captured: Captured | null = null;
  site: CallSite | null = null;
  asked: number;
  acquired: number | null;
  answered: number | null = null;
  decoded: number | null = null;
  rows: number | null = null;
  error: string | null = null;
  data: readonly (readonly unknown[])[] | null = null;
  columns: readonly string[] | null = null;
  connection: number | null = null;
  transaction: number | null = null;
  readonly #recorders: readonly Recorder[];
  #arrivedBusy: number | null = null;
  #isWaiting = true;
  #opens = false;

  constructor(
    start: QueryStart,
    kind: StatementKind,
    text: string,
    recorders: readonly Recorder[],
    layer: string | null,
  ) {
    const values = start.values?.length ? start.values : null;
    const isHeld = hold(recorders, text.length + (values === null ? 0 : sizeOf(values)));
    this.driver = start.driver;
    this.text = isHeld ? text : beginningOf(text);
    this.textHash = this.text === text ? null : hashOf(text);
    this.kind = kind;
    this.label = start.label ?? null;
    this.layer = layer;
    this.values = values !== null && isHeld ? copyOf(values) : null;
    this.valuesHash = isHeld ? null : (parameterHashes(values)?.whole ?? null);
    this.asked = now();
    this.acquired = this.asked;
    if (start.wait) this.#waited(start.wait);
    if (start.connection) this.over(start.connection);
    this.#recorders = recorders;
    for (const recorder of recorders) recorder.waits();
  }

  /** A free connection and a blocked loop look like a pool that is exhausted: what the loop was busy for is no waiting. */
  #waited(wait: Wait): void {
    const blocked = Math.max(0, wait.acquiredBusy - wait.busy);
    this.asked = Math.min(wait.acquired, wait.asked + blocked);
    this.#opens = wait.opens;
    this.acquired = wait.opens ? this.asked : wait.acquired;
  }

  /** Whether it is of this text, which had a comment when it was sent. */
  isOf(text: unknown): boolean {
    return typeof text === 'string' && (text === this.text || text.startsWith(this.text));
  }

  over(connection: Connection): void {
    this.connection = connection.number;
    this.transaction = connection.transaction;
  }

  /** It was sent only now: its connection had others to answer. */
  sent(): void {
    if (!this.#opens) this.acquired = now();
  }

  /** The first message of its answer is there. */
  arrives(): void {
    if (this.#arrivedBusy !== null) return;
    this.#arrivedBusy = busy();
    this.#goesOn();
  }

  /** All of it is read. What the loop was busy with since the first message is called decoding. */
  ends(answer: Answer): void {
    if (this.decoded !== null) return;
    this.#over();
    this.rows = answer.rows;
    if (this.kind !== 'read' || !answer.data || answer.data.length < 2) return;
    const { rows, columns, length } = keptRows(answer.data);
    if (!hold(this.#recorders, length)) return;
    this.data = rows;
    this.columns = columns ?? answer.columns ?? null;
  }

  fails(error: unknown): void {
    this.#over();
    this.error = codeOf(error);
  }

  #over(): void {
    if (this.decoded !== null) return;
    const ended = now();
    const decoding = this.#arrivedBusy === null ? 0 : busy() - this.#arrivedBusy;
    this.decoded = ended;
    this.answered = Math.max(this.acquired ?? this.asked, ended - Math.max(0, decoding));
    this.#goesOn();
    const took = now() - ended;
    for (const recorder of this.#recorders) recorder.own += took;
  }

  #goesOn(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    for (const recorder of this.#recorders) recorder.goesOn();
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'CONNECTION';
}
