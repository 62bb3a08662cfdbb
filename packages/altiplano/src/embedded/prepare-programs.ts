import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { hydrateSymlinks } from './hydrate-symlinks.ts';
import { executable, type FoundPrograms } from './locate-programs.ts';
import { type Outcome, runProgram } from './run-program.ts';
import type { ServerUser } from './server-user.ts';

/** Programs that are known to run as the server's user. */
export interface Programs {
  readonly bin: string;
  readonly major: number;
}

/**
 * In place where that works. Where it does not, because the links cannot be made in a read-only node_modules or because
 * the server's user cannot enter the project, from a copy under `store`, made once per version (60 MB, 0.2 s).
 */
export async function preparePrograms(
  found: FoundPrograms,
  store: string,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<Programs> {
  if (found.packaged !== undefined) await hydrateSymlinks(found.packaged.root).catch(() => undefined);
  const inPlace = await tryPrograms(found.bin, user);
  if (typeof inPlace === 'number') return { bin: found.bin, major: inPlace };
  if (found.packaged === undefined) throw unusable(found.bin, user, inPlace);
  const copy = join(store, `postgresql-${found.packaged.version}-${process.platform}-${process.arch}`);
  await copyOnce(found.packaged.root, copy, log);
  const copied = await tryPrograms(join(copy, 'bin'), user);
  if (typeof copied === 'number') return { bin: join(copy, 'bin'), major: copied };
  throw unusable(copy, user, copied);
}

/** The major version, or how `postgres --version` failed. */
async function tryPrograms(bin: string, user: ServerUser | undefined): Promise<number | Outcome> {
  const outcome = await runProgram(join(bin, executable('postgres')), ['--version'], user);
  const major = Number(/PostgreSQL\) (\d+)/.exec(outcome.output)?.[1]);
  return outcome.code === 0 && major > 0 ? major : outcome;
}

/** Renamed into place when whole, so a copy that exists is complete, whoever made it. */
async function copyOnce(root: string, copy: string, log: (line: string) => void): Promise<void> {
  if (await stat(copy).catch(() => undefined)) return;
  log(`copying the PostgreSQL programs to ${copy}`);
  const draft = `${copy}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  for (const part of ['bin', 'lib', 'share', 'pg-symlinks.json']) {
    await cp(join(root, part), join(draft, part), { recursive: true, verbatimSymlinks: true });
  }
  await openToAll(draft);
  await hydrateSymlinks(draft);
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
}

/** An install under umask 077 is closed to the server's user, and so would be its copy. */
async function openToAll(draft: string): Promise<void> {
  await chmod(join(draft, '..'), 0o755);
  await chmod(draft, 0o755);
  for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || entry.parentPath.endsWith('bin');
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

function unusable(where: string, user: ServerUser | undefined, { code, output }: Outcome): Failure {
  const who = user === undefined ? '' : ` as user ${user.uid}, which root runs them as`;
  const reason = `the programs in ${where} do not run${who} (exit ${code}): ${output}`;
  return new Failure('EMB_START_FAILED', { values: { reason, log: 'not begun' } });
}
