import type { WriteResults } from '../../execute/write.ts';
import type { WriteStatements } from '../sql/emit-write.ts';

/** What the statements of a write answered. */
export interface WriteRows {
  readonly allowed: boolean;
  /** Whether the role and attributes the plan was made for still hold. */
  readonly current: boolean;
  readonly problems: readonly Problem[];
  /** Moves from state to state that are none. */
  readonly moves: readonly Move[];
  /** An earlier reply to the same key. */
  readonly kept: KeptReply | null;
  /** The JSON texts of the rows written, joined by commas. */
  readonly items: string | null;
  readonly etag: string | null;
  /** Of a new row whose key the database gave. */
  readonly location: string | null;
  readonly lockMilliseconds: number;
}

export interface Problem {
  readonly position: number;
  readonly member: string;
  readonly problem: 'unknown' | 'foreign' | 'denied' | 'missing' | 'stale';
}

export interface Move {
  readonly position: number;
  readonly member: string;
  /** Null of a new row. */
  readonly was: string | null;
  readonly becomes: string | null;
  /** The caller may not bring a row there. */
  readonly barred: boolean;
}

export interface KeptReply {
  readonly fingerprint: string;
  readonly location: string | null;
  readonly items: string | null;
  readonly etag: string | null;
}

export function readWriteRows({ lock, reply }: WriteStatements, { rows, milliseconds }: WriteResults): WriteRows {
  const write = rows[lock === null ? 0 : 1] ?? {};
  const shown = reply === null ? {} : (rows.at(-1) ?? {});
  const fingerprint = text(write, 'kept_fingerprint');
  return {
    allowed: Number(text(write, 'allowed')) > 0,
    current: write.current === true,
    problems: JSON.parse(text(write, 'problems') ?? '[]') as Problem[],
    moves: JSON.parse(text(write, 'moves') ?? '[]') as Move[],
    kept:
      fingerprint === null
        ? null
        : {
            fingerprint,
            location: text(write, 'kept_location'),
            items: text(write, 'kept_items'),
            etag: text(write, 'kept_etag'),
          },
    items: text(shown, 'items'),
    etag: text(shown, 'etag'),
    location: text(shown, 'location'),
    lockMilliseconds: lock === null ? 0 : (milliseconds[0] ?? 0),
  };
}

function text(row: Readonly<Record<string, unknown>>, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' ? value : null;
}
