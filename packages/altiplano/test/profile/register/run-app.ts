import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, inject } from 'vitest';
import type { Recording } from '../../../src/profile/recording.ts';
import { decodeRecording } from '../../../src/profile/recording-json.ts';

export const REGISTER = new URL('../../../bin/register.mjs', import.meta.url).href;

export interface RunningApp {
  readonly origin: string;
  /** All that were written so far, as soon as there are so many. */
  recordings(count: number): Promise<readonly Recording[]>;
  /** Where they are written. */
  readonly file: string;
  readonly said: { stderr: string };
  readonly child: ChildProcess;
}

/** A program of `apps/` with profiling registered, for one test file. */
export function useApp(name: string, environment: Readonly<Record<string, string>> = {}): () => RunningApp {
  const folder = mkdtempSync(join(tmpdir(), 'altiplano-register-'));
  let app: RunningApp | undefined;
  beforeAll(async () => {
    app = await startApp(name, folder, environment);
  });
  afterAll(async () => {
    if (app?.child.exitCode === null) {
      app.child.kill();
      await once(app.child, 'close');
    }
    rmSync(folder, { recursive: true });
  });
  return () => {
    if (app === undefined) throw new Error('not started yet');
    return app;
  };
}

async function startApp(
  name: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<RunningApp> {
  const file = join(folder, 'recordings.jsonl');
  const program = fileURLToPath(new URL(`apps/${name}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', REGISTER, program], {
    env: { ...process.env, DATABASE_URL: inject('adminUrl'), ALTIPLANO_PROFILE_OUT: file, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stderr: '' };
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = `http://localhost:${line}`;
    return { origin, child, said, file, recordings: (count) => recordingsOf(file, count, said) };
  }
  throw new Error(`${name} did not start: ${said.stderr}`);
}

async function recordingsOf(file: string, count: number, said: { stderr: string }): Promise<readonly Recording[]> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const recordings = readFileSync(file, 'utf8')
      .split('\n')
      .map(decodeRecording)
      .filter((one) => one !== null);
    if (recordings.length >= count) return recordings;
    await sleep(50);
  }
  throw new Error(`less than ${count} recordings. ${said.stderr}`);
}
