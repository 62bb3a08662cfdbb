import type { Finding } from './finding.ts';
import type { CallSite, Interval, Level, RequestFacts } from './recording.ts';

/** A recording as it is stored, sent and shown: diagnosed, bounded, JSON as it stands, without hashes. Times in milliseconds. */
export interface Profile {
  readonly id: string;
  readonly kind: 'request' | 'job' | 'test' | 'script';
  readonly level: Level;
  /** ISO 8601. */
  readonly at: string;
  /** Null in programs not ours, as are tenant and user. */
  readonly app: string | null;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly request: RequestFacts | null;
  readonly total: number;
  readonly statements: number;
  readonly rows: number;
  readonly layers: readonly LayerTime[];
  readonly bottleneck: Bottleneck;
  readonly queries: readonly ProfiledQuery[];
  /** Queries counted and not kept. */
  readonly dropped: number;
  readonly findings: readonly Finding[];
  /** What profiling itself took. */
  readonly own: number;
}

/** `own` is without the layers inside and `database` its part spent in queries, overlapping ones counted once. */
export interface LayerTime {
  readonly name: string;
  readonly total: number;
  readonly own: number;
  readonly database: number;
  readonly statements: number;
  readonly intervals: readonly Interval[];
}

/** Shares of the whole time, which add up to 1; `type` is said only when one of them is above 0.6. */
export interface Bottleneck {
  readonly type: 'io' | 'cpu' | 'pool' | 'shared' | 'mixed';
  readonly layer: string | null;
  readonly shares: {
    readonly io: number;
    readonly pool: number;
    readonly cpu: number;
    /** The event loop was busy with others. */
    readonly shared: number;
    readonly unexplained: number;
  };
}

export interface ProfiledQuery {
  readonly ordinal: number;
  readonly text: string;
  /** Of its shape; equal for texts that differ in values alone. */
  readonly fingerprint: string;
  readonly kind: string;
  readonly from: number;
  /** Waiting for a connection, for the database, and for its rows to be read. */
  readonly pool: number;
  readonly database: number;
  readonly decode: number;
  readonly rows: number | null;
  readonly error: string | null;
  /** Printed and cut; null unless parameters were asked for. */
  readonly parameters: readonly string[] | null;
  readonly layer: string | null;
  readonly label: string | null;
  readonly site: CallSite | null;
  /** Rules of the findings it belongs to. */
  readonly verdicts: readonly string[];
  /** EXPLAIN (FORMAT JSON), where it was asked for. */
  readonly plan: unknown;
}
