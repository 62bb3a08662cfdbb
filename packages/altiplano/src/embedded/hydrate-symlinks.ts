import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * npm packages cannot hold symbolic links, so the package lists them in `pg-symlinks.json` and makes them in a
 * postinstall script, which npm 11 asks leave for and `--ignore-scripts` drops. We make them ourselves; existing ones
 * stay. `root` is the package's `native` folder, or a copy of it.
 */
export async function hydrateSymlinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    // Paths start with `native/`; both ends lie in one folder, so the link needs only the name.
    const path = join(root, target.slice(target.indexOf('/') + 1));
    if (await lstat(path).catch(() => undefined)) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
