import { AsyncLocalStorage } from 'node:async_hooks';
import type { OwnerClient } from '../execute/owner.ts';

/** How far one step has come; the shape of `cli/progress.ts`. */
export interface StepProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/** What the steps of a migration work with; names resolve in the schema that is migrated. */
export interface MigrationSession {
  readonly client: OwnerClient;
  /** For a second connection that looks on while the first is busy. */
  readonly url: string;
  readonly schema: string;
  readonly direction: 'up' | 'down';
  /** The migration that is reverted; empty on the way up. */
  readonly reverting: string;
  /** Roles of other programs that keep full access; `none` among them: all others may lose theirs. */
  readonly keepRoles: readonly string[];
  /** Milliseconds that one step may wait for a lock, all its attempts together. */
  readonly patience: number;
  readonly log: (line: string) => void;
  readonly progress: (step: StepProgress) => void;
}

// node-pg-migrate calls a migration with its builder and nothing else.
const current = new AsyncLocalStorage<MigrationSession>();

export const within = <T>(session: MigrationSession, work: () => Promise<T>): Promise<T> => current.run(session, work);

export function currentSession(): MigrationSession {
  const session = current.getStore();
  if (session === undefined) throw new Error('Steps run under `altiplano migrate` only.');
  return session;
}

/** The one value of the one row. */
export async function value<T>({ client }: MigrationSession, text: string, values: unknown[] = []): Promise<T> {
  const { rows } = await client.query({ text, values, rowMode: 'array' });
  return rows[0]?.[0] as T;
}

export const sqlState = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Another session holds a lock (55P03), or both wait for each other (40P01): worth another attempt. */
export const isLocked = (error: unknown): boolean => ['55P03', '40P01'].includes(sqlState(error));
