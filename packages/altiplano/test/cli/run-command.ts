import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/altiplano.mjs', import.meta.url));
const checkout = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command as a process of its own; `finished` collects what it said. */
export function startCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  directory = checkout,
) {
  const child: ChildProcess = spawn(process.execPath, [program, ...argv], {
    cwd: directory,
    env: { ...process.env, ALTIPLANO_SECRET: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const finished: Promise<Finished> = once(child, 'close').then(([code]) => ({ code, ...said }));
  return { child, said, finished };
}

export const runCommand = (
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  directory?: string,
): Promise<Finished> => startCommand(argv, environment, directory).finished;
