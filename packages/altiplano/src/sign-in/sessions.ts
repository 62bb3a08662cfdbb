import type { AttemptLines } from './attempts.ts';

/** A session as it begins. */
export interface NewSession {
  readonly id: string;
  readonly userId: string;
  /** Of its refresh token. */
  readonly digest: Buffer;
  /** Seconds without a refresh after which it is over. */
  readonly idle: number;
  /** Seconds after which it is over in any case. */
  readonly longest: number;
}

export interface Rotation {
  readonly id: string;
  readonly was: Buffer;
  readonly becomes: Buffer;
  readonly idle: number;
}

/** `replayed`: that token had been exchanged before, and the session is over from now on. `over`: it was already. */
export type Rotated =
  | { readonly outcome: 'rotated' | 'replayed'; readonly userId: string }
  | { readonly outcome: 'over' };

/**
 * Who keeps the sessions of one app. Each is done at once or not at all, whoever else does something with the same session and
 * whenever this process ends; only digests are kept.
 */
export interface SessionStore {
  /** Of one user's sessions a hundred are kept; the oldest are over. */
  open(session: NewSession): Promise<void>;
  rotate(rotation: Rotation): Promise<Rotated>;
  /** Null when it is over or never was. */
  find(id: string): Promise<{ readonly userId: string; readonly remaining: number } | null>;
  end(id: string): Promise<void>;
  /** All of a user's that are there when it begins. */
  endAll(userId: string): Promise<void>;
  /** Counts an attempt to sign in, for all processes: 0, or in how many seconds there is room for another. */
  attempt(lines: AttemptLines): Promise<number>;
  /** It was the right password: what it was counted in counts from nothing, and the place is known from now on. */
  forgive(lines: AttemptLines): Promise<void>;
}

export const MOST_SESSIONS = 100;

/** How long a place from which an account was signed in to is known: thirty days, as the database's function has it. */
export const KNOWN_SECONDS = 30 * 86_400;
