import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStamp } from './process-stamp.ts';

/** One start or stop at a time in a directory, across processes; a lock whose holder died is taken over. */
export async function withDirectoryLock<Result>(
  directory: string,
  log: (line: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(directory, 'lock');
  const mine = `${process.pid} ${await processStamp(process.pid)} ${randomUUID()}`;
  for (let attempt = 0; !(await take(path, mine)); attempt++) {
    if (attempt === 20) log('waiting for another process that is starting or stopping PostgreSQL here');
    await removeIfAbandoned(path, mine);
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    if ((await readLock(path)) === mine) await rm(path, { force: true });
  }
}

/** link() fails where the name exists and never shows a half-written file, which O_EXCL followed by a write would. */
async function take(path: string, mine: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeIfAbandoned(path: string, mine: string): Promise<void> {
  const held = await readLock(path);
  if (held === undefined || (await isHeld(held))) return;
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  // Two waiters may both see the dead holder: whoever finds a living one's lock in his hand gives it back.
  const taken = await readLock(aside);
  if (taken !== undefined && taken !== held && taken !== mine) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isHeld(held: string): Promise<boolean> {
  const [pid, stamp] = held.split(' ');
  return (await processStamp(Number(pid))) === stamp;
}

function readLock(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
