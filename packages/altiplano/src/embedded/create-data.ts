import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { executable } from './locate-programs.ts';
import { runProgram } from './run-program.ts';
import type { ServerHome } from './server-home.ts';
import { DATABASE, SUPERUSER } from './server-password.ts';

/**
 * initdb, then our database by the single-user server (no createdb ships with the package, and no driver is needed).
 * All in `data.new`, renamed when whole: killed half-way, the next start begins afresh.
 */
export async function createData(home: ServerHome, password: string, durable: boolean): Promise<void> {
  const draft = `${home.data}.new`;
  const passwordFile = join(home.path, 'initdb-password');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    for (const path of [draft, passwordFile]) if (home.user) await chown(path, home.user.uid, home.user.gid);
    await run(home, 'initdb', [...initdbOptions(home, draft, passwordFile), ...(durable ? [] : ['--no-sync'])]);
    await runSingleUser(home, draft, `create database ${DATABASE}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await chmod(draft, 0o700);
  await rename(draft, home.data);
}

/** Code point order on every machine alike; from 17 on with PostgreSQL's own Unicode tables for upper and lower. */
function initdbOptions(home: ServerHome, draft: string, passwordFile: string): string[] {
  const builtin = home.programs.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  return [`--pgdata=${draft}`, '--encoding=UTF8', '--locale=C', ...builtin, ...access];
}

/** One statement on a stopped server, as superuser, without a password. */
export function runSingleUser(home: ServerHome, data: string, statement: string): Promise<void> {
  return run(home, 'postgres', ['--single', '-D', data, 'postgres'], `${statement}\n`);
}

async function run(home: ServerHome, name: string, options: readonly string[], input?: string): Promise<void> {
  const program = join(home.programs.bin, executable(name));
  const { code, output } = await runProgram(program, options, home.user, input);
  // The single-user server exits 0 after a failed statement and says so on stderr only.
  if (code === 0 && !/^.*\b(ERROR|FATAL|PANIC):/m.test(output)) return;
  throw new Failure('EMB_START_FAILED', { values: { reason: `${name} exited ${code}: ${output}`, log: home.log } });
}
