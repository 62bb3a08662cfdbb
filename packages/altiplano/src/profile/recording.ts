/**
 * How much is noted of each query, each step including the one before: `counts` counts them by text; `timings` notes when they waited,
 * ran and were read; `stacks` notes where they came from, from the second time a text is seen in a request; `full` notes that of every one, and
 * parameters where they are asked for.
 */
export type Level = 'off' | 'counts' | 'timings' | 'stacks' | 'full';

/** Where in the program's own code something was asked for. */
export interface CallSite {
  /** Relative to the working directory where it lies below it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function: string | null;
}

/** Milliseconds since the recording began. */
export type Offset = number;

export interface Interval {
  readonly from: Offset;
  readonly to: Offset;
}

/** One query as the program asked for it. Times are null below `timings`. */
export interface QueryRecord {
  /** Its place among the queries of the recording, from 0. */
  readonly ordinal: number;
  readonly driver: 'altiplano' | 'pg' | 'postgres';
  /**
   * As it was sent, without comments; never with parameters written into it by us. What the program wrote into it is `?`, but for single
   * digits, limits and offsets, unless parameters were asked for and this is at `full`.
   */
  readonly text: string;
  /**
   * `transaction` is begin, commit, rollback, savepoint; `setting` is set, reset, set_config alone; `cursor` is declare, fetch, close: none of
   * the three is counted as a statement.
   */
  readonly kind: 'read' | 'write' | 'ddl' | 'transaction' | 'setting' | 'cursor' | 'other';
  /** When the program asked for it. */
  readonly asked: Offset | null;
  /**
   * When it had a connection; `asked` where it already had one, or a new one was opened for it. `asked` is later by what the event loop was
   * busy meanwhile: that was no wait for a connection.
   */
  readonly acquired: Offset | null;
  /** When the last message of the answer had arrived. */
  readonly answered: Offset | null;
  /** When its rows had been handed over. */
  readonly decoded: Offset | null;
  /** Rows returned or changed. */
  readonly rows: number | null;
  /** SQLSTATE, or `CONNECTION` where there is none. */
  readonly error: string | null;
  /** Hash of the parameters, or of the values written into a text that has none: equal parameters, equal hash. Salted by process, so it says nothing to anybody else. */
  readonly parametersHash: string | null;
  /** Hash of each parameter, by the same salt; lists are hashed by element, and their hashes are in one entry. */
  readonly parameterHashes: readonly (readonly string[])[] | null;
  /** Hash of the values that are written into a text besides its parameters, by the same salt; null or not there where there are none. */
  readonly literalsHash?: string | null;
  /** The values themselves, printed and cut, none of a text without; only where the program's owner asked for them. */
  readonly parameters: readonly string[] | null;
  /** Hashes of the values of each column, of the first rows of an answer with more than one; null where they were not kept. */
  readonly columnHashes: Readonly<Record<string, ReadonlySet<string>>> | null;
  /** Which connection, numbered within the process, and which transaction on it; null outside one. */
  readonly connection: number | null;
  readonly transaction: number | null;
  /** The innermost layer it was asked for in. */
  readonly layer: string | null;
  readonly site: CallSite | null;
  /** What the framework knows of its purpose (`relation latest_call`, `permission members`); null in programs not ours. */
  readonly label: string | null;
}

/** `layer('name', …)`: one run of a part of the request. */
export interface LayerRecord {
  readonly name: string;
  readonly from: Offset;
  readonly to: Offset;
  /** The layer around it. */
  readonly within: string | null;
}

/** What one request, job or test did, from its begin to its end. */
export interface Recording {
  readonly id: string;
  readonly kind: 'request' | 'job' | 'test' | 'script';
  readonly level: Level;
  /** Milliseconds of the epoch. */
  readonly startedAt: number;
  /** Milliseconds, whole. */
  readonly duration: number;
  readonly request: RequestFacts | null;
  readonly queries: readonly QueryRecord[];
  /** All queries that count as statements, those not kept included. */
  readonly statements: number;
  /** Queries that were counted and not kept, as the limit was reached. */
  readonly dropped: number;
  /** How often each text was sent; all there is at `counts`. */
  readonly texts: ReadonlyMap<string, number>;
  readonly layers: readonly LayerRecord[];
  /** Milliseconds of processor of this thread (before Node 22.15: that it was at work), and whether another request ran meanwhile. */
  readonly processor: number | null;
  readonly shared: boolean;
  /** Milliseconds the event loop was blocked while this was waiting for something else. */
  readonly blocked: number;
  /** Milliseconds that recording itself took. */
  readonly own: number;
}

export interface RequestFacts {
  readonly framework: 'altiplano' | 'fastify' | 'express' | 'hono' | 'koa' | 'nest' | 'http';
  readonly method: string;
  /** Without the query string's values. */
  readonly path: string;
  /** `/users/:id`; the path with ids replaced where the framework names none. */
  readonly route: string;
  readonly status: number | null;
}
