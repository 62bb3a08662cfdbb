import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ProcessFigures, readProcess } from './process-figures.ts';

export interface ServerProcess extends ProcessFigures {
  readonly origin: string;
  stop(): Promise<void>;
}

/** A server in a process of its own that prints `ready <origin>` when it answers. */
export async function startProgram(
  command: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const child = spawn(command, [...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const origin = await readOrigin(child);
  const explain = (code: number | null, signal: string | null) =>
    console.error(`the server at ${origin} ended by itself (${signal ?? code})`);
  child.once('exit', explain);
  const stop = () => {
    child.off('exit', explain);
    return end(child);
  };
  return { origin, ...readProcess(child.pid), stop };
}

function readOrigin(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const ended = (code: number | null) => reject(new Error(`the server ended (${code}) before it was ready: ${said}`));
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const origin = /^ready (\S+)$/m.exec(said)?.[1];
      if (origin === undefined) return;
      child.off('exit', ended);
      resolve(origin);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', ended);
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
