import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';

/** `scripts/install-test-packages.sh` brings it. */
export const REDIS = (process.env.PATH ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'redis-server'))
  .find((path) => existsSync(path));

export interface RedisServer {
  /** The path of its socket, so that no port is taken. */
  url(): string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of the test file's own that keeps what it is told. */
export function useRedis(): RedisServer {
  const directory = mkdtempSync(join(tmpdir(), 'altiplano-redis-'));
  const socket = join(directory, 'socket');
  let server: ChildProcess | null = null;
  const start = async () => {
    const options = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--save', '', '--appendonly', 'yes'];
    server = spawn(REDIS ?? '', options, { stdio: 'ignore' });
    const client = new Redis(socket, { retryStrategy: () => 25, maxRetriesPerRequest: null });
    client.on('error', () => {});
    while ((await client.ping().catch(() => '')) !== 'PONG') await sleep(25);
    client.disconnect();
  };
  const stop = async () => {
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  };
  beforeAll(start);
  afterAll(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return { url: () => socket, start, stop };
}
