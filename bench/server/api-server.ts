import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(import.meta.resolve('altiplano')).replace(/src.index\.ts$/, 'bin/altiplano.mjs');

export interface ApiServer {
  readonly origin: string;
  /** The most memory the process has held so far; null where the system does not say. */
  peakMegabytes(): number | null;
  stop(): Promise<void>;
}

/** `altiplano serve` in a process of its own, as it is run in production. */
export async function startApiServer(url: string, secret: string): Promise<ApiServer> {
  const { APP_DATABASE_URL: _app, DATABASE_DIRECT_URL: _direct, LOG_LEVEL: _level, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: url, ALTIPLANO_SECRET: secret, HOST: '127.0.0.1', PORT: '0' };
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--app', 'callbot'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const origin = await readOrigin(child);
  return { origin, peakMegabytes: () => readPeak(child.pid), stop: () => end(child) };
}

function readOrigin(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const origin = /^ready (\S+)$/m.exec(said)?.[1];
      if (origin !== undefined) resolve(origin);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended (${code}) before it was ready: ${said}`)));
  });
}

function readPeak(pid: number | undefined): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
