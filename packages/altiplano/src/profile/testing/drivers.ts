import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { patchPg } from '../capture/pg.ts';
import { patchPostgres } from '../capture/postgres.ts';

let watched = 0;
let modules: Promise<void> = Promise.resolve();

/** For a copy of a driver that is not the one the working directory finds: `watch(pg)`, `watch(postgres)`. Twice is once. */
export function watch(driver: unknown): void {
  const exported = (driver as { default?: unknown } | null)?.default ?? driver;
  if (typeof exported === 'function') patchPostgres(exported);
  else patchPg(exported);
  watched += 1;
}

export function isWatching(): boolean {
  return watched > 0;
}

/** The copies of pg and postgres that a test in this directory gets. At once, so that `require` of these helpers works where Node has it. */
export function watchInstalled(directory: string): void {
  const require = createRequire(join(directory, 'test.js'));
  for (const name of ['pg', 'postgres']) {
    try {
      watch(require(name));
    } catch {
      // Not installed there, which is as good as not used.
    }
  }
  modules = watchModule(require);
}

/** Over when the copies are watched that `import` gets and `require` does not: postgres has one. */
export function watchingModules(): Promise<void> {
  return modules;
}

async function watchModule(require: NodeJS.Require): Promise<void> {
  try {
    const file = require.resolve('postgres').replace(`${sep}cjs${sep}`, sep);
    if (existsSync(file)) watch(await import(pathToFileURL(file).href));
  } catch {
    // As above.
  }
}
