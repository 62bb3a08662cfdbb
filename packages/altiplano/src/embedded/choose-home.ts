import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { findPostmaster, settlePostmaster } from './postmaster.ts';
import { replaceFile, type ServerState } from './server-state.ts';
import { isRoot } from './server-user.ts';

/**
 * Where data, log and copied programs live. An ordinary user's are in `directory` itself. Root's server runs as another
 * user, who may be unable to enter the project (mode 700 above it), so they go to a place of the system's; the file
 * `project` in there says whose they are.
 */
export async function chooseHome(directory: string, state: ServerState | undefined): Promise<string> {
  if (!isRoot() || (await isOrdinaryUsersData(join(directory, 'data')))) return directory;
  if (state?.home !== undefined && (await belongsHere(state.home, directory))) return claim(state.home, directory);
  const base = await firstWritable(['/var/lib/altiplano', join(tmpdir(), 'altiplano')]);
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  for (let attempt = 1; ; attempt++) {
    const home = join(base, attempt === 1 ? name : `${name}-${attempt}`);
    const project = await projectOf(home);
    if (project !== undefined && project !== directory) continue;
    // No state.json but data of a project at this very path: somebody removed the directory, or cloned anew over it.
    if (state === undefined) await dispose(home);
    return claim(home, directory);
  }
}

/** Programs are shared by all projects of root; an ordinary user keeps a copy, if any is needed, with the data. */
export function programStore(home: string, directory: string): string {
  return home === directory ? join(home, 'programs') : join(home, '..', 'programs');
}

async function isOrdinaryUsersData(data: string): Promise<boolean> {
  const found = await stat(data).catch(() => undefined);
  return found !== undefined && found.uid !== 0;
}

/** A project that was moved keeps its data; one that was copied, while the original is still there, does not share it. */
async function belongsHere(home: string, directory: string): Promise<boolean> {
  const project = await projectOf(home);
  if (project === undefined || project === directory) return project === directory;
  return (await stat(join(project, 'state.json')).catch(() => undefined)) === undefined;
}

async function dispose(home: string): Promise<void> {
  const data = join(home, 'data');
  const running = await findPostmaster(data);
  if (running !== undefined) {
    process.kill(running.pid, 'SIGQUIT');
    await settlePostmaster(data, 10_000, 'gone');
  }
  await rm(home, { recursive: true, force: true });
}

async function claim(home: string, directory: string): Promise<string> {
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755);
  await replaceFile(join(home, 'project'), directory, home);
  return home;
}

function projectOf(home: string): Promise<string | undefined> {
  return readFile(join(home, 'project'), 'utf8').catch(() => undefined);
}

/** The temporary directory is open to all, so one that is there already must be ours. */
async function firstWritable(candidates: readonly string[]): Promise<string> {
  for (const candidate of candidates) {
    const made = await mkdir(candidate, { recursive: true }).then(
      () => true,
      () => false,
    );
    if (!made || (await stat(candidate)).uid !== 0) continue;
    await chmod(candidate, 0o755);
    return candidate;
  }
  const reason = `none of ${candidates.join(', ')} can be written`;
  throw new Failure('EMB_START_FAILED', { values: { reason, log: 'not begun' } });
}
