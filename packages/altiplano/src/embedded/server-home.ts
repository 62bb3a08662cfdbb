import { join } from 'node:path';
import type { Programs } from './prepare-programs.ts';
import type { ServerUser } from './server-user.ts';

/** Everything about one server that does not change while it runs. */
export interface ServerHome {
  /** The project's `.altiplano/`, real path: state, lock and password. */
  readonly directory: string;
  /** Where its data, log and settings are: `directory`, or root's place for it. */
  readonly path: string;
  readonly data: string;
  readonly log: string;
  readonly programs: Programs;
  readonly user: ServerUser | undefined;
}

export function dataOf(home: string): string {
  return join(home, 'data');
}

export function logOf(home: string): string {
  return join(home, 'postgres.log');
}
