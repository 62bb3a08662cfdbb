import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProgramOptions {
  /** Node's own, such as `--import`. */
  readonly options: readonly string[];
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly grace?: number;
}

/** A Node program in a process group of its own, so that what it starts is stopped with it. */
export interface Program {
  /** What it ended with; null while it runs. */
  ended(): string | null;
  /** The last lines it said on stderr, or on stdout where there are none. */
  lastWords(): string;
  stop(): Promise<void>;
}

const KEPT_CHARACTERS = 4000;
const KEPT_LINES = 15;
const GRACE_MILLISECONDS = 5000;
const KILL_MILLISECONDS = 5000;
// Process groups are POSIX's; elsewhere the program alone is ended.
const HAS_GROUPS = process.platform !== 'win32';

export function startProgram(settings: ProgramOptions): Program {
  const { options, file, arguments: words, environment, directory, grace = GRACE_MILLISECONDS } = settings;
  const child = spawn(process.execPath, [...options, file, ...words], {
    cwd: directory,
    env: environment,
    detached: HAS_GROUPS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] = (said[name] + chunk).slice(-KEPT_CHARACTERS);
    });
  let ended: string | null = null;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code, signal) => {
    ended = signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  // Should this process end without stopping it: nothing may be left running.
  const atExit = () => signalGroup(child, 'SIGKILL');
  process.on('exit', atExit);
  let stopping: Promise<void> | undefined;
  return {
    ended: () => ended,
    lastWords: () => lastLines(said.stderr) || lastLines(said.stdout) || '(it said nothing)',
    stop: () => {
      stopping ??= stopGroup(child, grace).finally(() => process.off('exit', atExit));
      return stopping;
    },
  };
}

async function stopGroup(child: ChildProcess, grace: number): Promise<void> {
  const closed = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  signalGroup(child, 'SIGTERM');
  await Promise.race([closed, sleep(grace, undefined, { ref: false })]);
  // What it started may outlive it, and so may itself.
  signalGroup(child, 'SIGKILL');
  await Promise.race([closed, sleep(KILL_MILLISECONDS, undefined, { ref: false })]);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -child.pid : child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-KEPT_LINES).join('\n');
}
