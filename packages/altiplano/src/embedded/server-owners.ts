import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { withDirectoryLock } from './directory-lock.ts';
import { processStamp } from './process-stamp.ts';
import type { ServerHome } from './server-home.ts';
import { type Owner, readState, type ServerState, writeState } from './server-state.ts';
import { stopServer } from './stop-server.ts';

/**
 * Every handle given out by startEmbedded is an owner; the server stops with the last living one. Owners that died
 * without stopping (kill -9) no longer count.
 */
export async function newOwner(): Promise<Owner> {
  return { id: randomUUID(), pid: process.pid, stamp: (await processStamp(process.pid)) ?? '' };
}

export async function livingOwners(state: ServerState | undefined): Promise<Owner[]> {
  const living: Owner[] = [];
  for (const owner of state?.owners ?? []) {
    if ((await processStamp(owner.pid)) === owner.stamp) living.push(owner);
  }
  return living;
}

export function rememberServer(home: ServerHome, port: number | undefined, owners: readonly Owner[]): Promise<void> {
  const { path, data, programs } = home;
  const known = { home: path, data, programs: programs.bin, major: programs.major };
  return writeState(home.directory, { ...known, ...(port === undefined ? {} : { port }), owners });
}

export async function releaseServer(home: ServerHome, owner: Owner): Promise<void> {
  // Moved or removed under a running server: nobody else can be found any more, so it ends with us.
  if ((await stat(home.directory).catch(() => undefined)) === undefined) return stopServer(home);
  await withDirectoryLock(
    home.directory,
    () => undefined,
    async () => {
      const state = await readState(home.directory);
      if (!state?.owners.some(({ id }) => id === owner.id)) return;
      const others = (await livingOwners(state)).filter(({ id }) => id !== owner.id);
      if (others.length === 0) await stopServer(home);
      await rememberServer(home, state.port, others);
    },
  );
}
