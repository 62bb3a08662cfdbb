import { spawn } from 'node:child_process';
import { chmod, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../errors/failure.ts';
import { choosePort } from './choose-port.ts';
import { executable } from './locate-programs.ts';
import { findPostmaster, forgetStranger, type Postmaster, settlePostmaster } from './postmaster.ts';
import { spawnOptions } from './run-program.ts';
import type { ServerHome } from './server-home.ts';
import { setOwner } from './server-user.ts';

// Recovery after a crash replays at most max_wal_size, minutes on a slow disk; a server that is gone is noticed at once.
const READY_WITHIN = 300_000;
const LOG_LIMIT = 10 * 1024 * 1024;

/** Starts the server on data nobody serves and waits until it answers. */
export async function launchServer(
  home: ServerHome,
  settings: Readonly<Record<string, string>>,
  rememberedPort: number | undefined,
): Promise<Postmaster> {
  let remembered = rememberedPort;
  for (let attempt = 1; ; attempt++) {
    await forgetStranger(home.data);
    const port = await choosePort(remembered);
    const begin = await prepareLog(home.log);
    await writeSettings(home, settings, port);
    const started = await spawnServer(home);
    if (started !== undefined) return started;
    const said = (await readFile(home.log)).subarray(begin).toString().trim();
    if (attempt === 5 || !isPassing(said)) throw failed(said, home.log);
    if (isPortTaken(said)) remembered = undefined;
    await sleep(300 * attempt);
  }
}

/** Undefined when the server ended instead of answering; its log says why. */
async function spawnServer(home: ServerHome): Promise<Postmaster | undefined> {
  const program = join(home.programs.bin, executable('postgres'));
  const options = ['-D', home.data, '-c', `config_file=${settingsFile(home)}`];
  const log = await open(home.log, 'a');
  await setOwner(home.log, home.path);
  const child = spawn(program, options, { ...spawnOptions(program, home.user), stdio: ['ignore', log.fd, log.fd] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let alive = true;
  void ended.then(() => {
    alive = false;
  });
  child.unref();
  await log.close();
  while (alive && (await findPostmaster(home.data))?.pid !== child.pid) await sleep(20);
  if (!alive) return undefined;
  return await settlePostmaster(home.data, READY_WITHIN);
}

/** Ours after those initdb wrote; ALTER SYSTEM still wins over both. */
async function writeSettings(
  home: ServerHome,
  settings: Readonly<Record<string, string>>,
  port: number,
): Promise<void> {
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  // No socket: a project's path is easily longer than the 107 bytes a socket's may have.
  const all = { ...settings, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const ours = Object.entries(all).map(([name, value]) => `${name} = ${quote(value)}`);
  const lines = ['# Written at every start.', `include ${quote(join(home.data, 'postgresql.conf'))}`, ...ours, ''];
  await writeFile(settingsFile(home), lines.join('\n'));
  await chmod(settingsFile(home), 0o644);
  await setOwner(settingsFile(home), home.path);
}

function settingsFile(home: ServerHome): string {
  return join(home.path, 'postgresql.conf');
}

async function prepareLog(path: string): Promise<number> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size < LOG_LIMIT) return size;
  await truncate(path);
  return 0;
}

/** Backends of a killed server need a moment to notice; another program may have taken the port since we looked. */
function isPassing(said: string): boolean {
  return isPortTaken(said) || /pre-existing shared memory block|lock file "postmaster\.pid"/.test(said);
}

function isPortTaken(said: string): boolean {
  return /could not (bind|create any TCP)/.test(said);
}

function failed(said: string, log: string): Failure {
  const lines = said.split('\n').map((line) => line.replace(/^[-\d].*?\] /, ''));
  const reason = lines.findLast((line) => /^(FATAL|PANIC)/.test(line)) ?? (lines.at(-1) || 'it said nothing');
  return new Failure('EMB_START_FAILED', { values: { reason, log } });
}
