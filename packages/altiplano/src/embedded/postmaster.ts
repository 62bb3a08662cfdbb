import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasArgument } from './process-stamp.ts';
import { replaceFile } from './server-state.ts';

/** The running server of one data directory, as `postmaster.pid` and the process table agree on it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

// Above every system's largest pid, so signal 0 says ESRCH.
const NOBODY = 2147483646;

/** Undefined unless the recorded process lives and was started on this very data: pids are reused, directories copied. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const recorded = await readPostmasterFile(data);
  return recorded !== undefined && (await hasArgument(recorded.pid, data)) ? recorded : undefined;
}

/** Waits out a start or a stop that is under way: ready and answering, or gone; with 'gone', for the latter only. */
export async function settlePostmaster(
  data: string,
  limit: number,
  until: 'settled' | 'gone' = 'settled',
): Promise<Postmaster | undefined> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await findPostmaster(data);
    if (found === undefined) return undefined;
    if (until === 'settled' && found.status === 'ready' && (await answers(found.port))) return found;
    if (Date.now() > deadline) throw new Error(`process ${found.pid} is '${found.status}' and does not answer`);
    await sleep(25);
  }
}

/**
 * PostgreSQL refuses to start while the recorded pid belongs to any process of the same user. When that is a stranger,
 * only the pid is replaced: the rest of the file lets PostgreSQL find orphaned backends of the old server itself.
 */
export async function forgetStranger(data: string): Promise<void> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined || (await findPostmaster(data)) !== undefined) return;
  await replaceFile(join(data, 'postmaster.pid'), text.replace(/^\d+/, String(NOBODY)), data);
}

/** Lines of the file: pid, data directory, start time, port, socket directory, address, shared memory, status. */
async function readPostmasterFile(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port, status: lines[7] ?? '' } : undefined;
}

/** Eight bytes ask whether TLS is spoken; only a PostgreSQL says S or N. Needs no driver and no password. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('data', (reply) => finish(reply[0] === 0x53 || reply[0] === 0x4e));
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
  });
}
