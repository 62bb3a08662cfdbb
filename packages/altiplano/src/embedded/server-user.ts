import { chown, readFile, stat } from 'node:fs/promises';

/** As whom the server runs when that is not ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * PostgreSQL refuses to run as root, so root starts it as the owner of the data there is, else as `postgres`, else as
 * `nobody`. Anybody else runs it as himself: undefined.
 */
export async function chooseServerUser(dataDirectory: string): Promise<ServerUser | undefined> {
  if (!isRoot()) return undefined;
  const existing = await stat(dataDirectory).catch(() => undefined);
  if (existing !== undefined && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return findAccount(accounts, 'postgres') ?? findAccount(accounts, 'nobody') ?? { uid: 65534, gid: 65534 };
}

function findAccount(accounts: string, name: string): ServerUser | undefined {
  const fields = accounts
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0 ? { uid, gid } : undefined;
}

/** Files root writes into an ordinary user's project stay that user's, so that `sudo` once does not lock him out. */
export async function setOwner(path: string, like: string): Promise<void> {
  if (!isRoot()) return;
  const { uid, gid } = await stat(like);
  await chown(path, uid, gid);
}
