import { spawn } from 'node:child_process';
import { parse } from 'node:path';
import type { ServerUser } from './server-user.ts';

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs one of PostgreSQL's programs to its end; a program that cannot be started is an outcome too. */
export function runProgram(
  program: string,
  options: readonly string[],
  user: ServerUser | undefined,
  input = '',
): Promise<Outcome> {
  const outcome = new Promise<Outcome>((resolve) => {
    const child = spawn(program, options, { ...spawnOptions(program, user), stdio: 'pipe' });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
  // Where root may not become another user (a container without CAP_SETUID), spawn throws instead of emitting.
  return outcome.catch((error: Error) => ({ code: 127, output: error.message }));
}

/**
 * Detached = a process group of its own, so Ctrl-C in the terminal reaches us and not the server or its `pg_ctl stop`.
 * The root directory, because the current one may be closed to `user`. No PG* variables: PGDATA or PGOPTIONS of the
 * caller's shell would change what is started.
 */
export function spawnOptions(program: string, user: ServerUser | undefined): SpawnSettings {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  const env = { ...Object.fromEntries(kept), LC_ALL: 'C' };
  return { cwd: parse(program).root, env, detached: true, windowsHide: true, ...(user ?? {}) };
}

interface SpawnSettings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly detached: boolean;
  readonly windowsHide: boolean;
  readonly uid?: number;
  readonly gid?: number;
}
