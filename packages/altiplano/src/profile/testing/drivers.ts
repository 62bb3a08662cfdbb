import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { patchPg } from '../capture/pg.ts';
import { patchPostgres } from '../capture/postgres.ts';

let watched = 0;

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

/** The copies of pg and postgres that a test in this directory gets; postgres has one for `require` and one for `import`. */
export async function watchInstalled(directory: string): Promise<void> {
  const require = createRequire(join(directory, 'test.js'));
  for (const name of ['pg', 'postgres']) {
    try {
      watch(require(name));
    } catch {
      // Not installed there, which is as good as not used.
    }
  }
  try {
    const file = require.resolve('postgres').replace(`${sep}cjs${sep}`, sep);
    if (existsSync(file)) watch(await import(pathToFileURL(file).href));
  } catch {
    // As above.
  }
}
