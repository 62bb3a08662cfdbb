import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach } from 'vitest';
import type { ServerUser } from '../../src/embedded/server-user.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/start-embedded.ts';

const CHILD = fileURLToPath(new URL('start-in-child.ts', import.meta.url));
/** Small and careless: these servers hold a row or two. */
export const SETTINGS = { fsync: 'off', shared_buffers: '16MB', max_connections: '20' };

export interface StartedChild {
  readonly process: ChildProcess;
  readonly server: Omit<EmbeddedServer, 'stop'>;
}

export interface ChildOptions {
  readonly binaries?: string;
  readonly user?: ServerUser;
  readonly umask?: number;
}

/** A folder for the test, and servers in it; after the test its servers are stopped and everything is removed. */
export function useDirectories() {
  const folders: string[] = [];
  const started: { directory: string; stop: () => Promise<void> }[] = [];
  const homes = new Set<string>();

  const makeFolder = async (): Promise<string> => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'altiplano-embedded-')));
    folders.push(folder);
    await chmod(folder, 0o755);
    return folder;
  };
  const start = async (directory: string, settings: Record<string, string> = {}): Promise<EmbeddedServer> => {
    const server = await startEmbedded({ directory, settings: { ...SETTINGS, ...settings } });
    started.push({ directory, stop: server.stop });
    homes.add(dirname(server.dataDirectory));
    return server;
  };
  const startChild = async (directory: string, options: ChildOptions = {}): Promise<StartedChild> => {
    const child = await startInChild(directory, options);
    started.push({ directory, stop: () => endChild(child.process, 'SIGTERM') });
    homes.add(dirname(child.server.dataDirectory));
    return child;
  };

  afterEach(async () => {
    for (const { stop } of started.splice(0)) await stop();
    for (const path of [...homes, ...folders.splice(0)]) await rm(path, { recursive: true, force: true });
    homes.clear();
  });
  return { makeFolder, start, startChild };
}

/** Another Node process that starts the server and holds it until it is told to end, or killed. */
function startInChild(directory: string, options: ChildOptions): Promise<StartedChild> {
  const request = JSON.stringify({ directory, settings: SETTINGS, ...options });
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, request], { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdout.once('data', (line: Buffer) => resolve({ process: child, server: JSON.parse(line.toString()) }));
    child.once('exit', (code) => reject(new Error(`the child exited ${code}: ${said}`)));
  });
}

export function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

export async function query(server: { readonly url: string }, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

export async function postmasterPid(server: { readonly dataDirectory: string }): Promise<number> {
  return Number.parseInt(await readFile(join(server.dataDirectory, 'postmaster.pid'), 'utf8'), 10);
}
