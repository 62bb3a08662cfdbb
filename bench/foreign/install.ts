import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf, type Recipe } from './recipe.ts';

/** Outside the repository, so that nothing of a foreign program becomes a dependency or resolves to one of ours. */
const HOME = process.env.FOREIGN_DIRECTORY ?? join(tmpdir(), 'altiplano-foreign');

/** Installed once, then kept; what is ours of it is laid anew. @throws with the last line of what failed */
export function install({ name, source }: Recipe, note: (line: string) => void): string {
  const directory = join(HOME, name);
  mkdirSync(directory, { recursive: true });
  cpSync(pathOf(name), directory, { recursive: true });
  if (!existsSync(join(directory, 'node_modules/.package-lock.json'))) {
    note(`installing ${name} into ${directory}`);
    // No install scripts: none of these programs needs one, and some of what they bring would compile for minutes.
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], directory);
  }
  if (source !== undefined) fetchSource(source, directory, note);
  return directory;
}

function fetchSource(
  { repository, commit }: NonNullable<Recipe['source']>,
  directory: string,
  note: (line: string) => void,
) {
  const folder = join(directory, 'source');
  if (!existsSync(join(folder, '.git'))) {
    note(`fetching ${repository}`);
    // FOREIGN_SOURCES: a folder of clones by name, for a machine that reaches the registry alone.
    const from = process.env.FOREIGN_SOURCES;
    const clone = from === undefined ? repository : join(from, repository.split('/').at(-1) ?? '');
    run('git', ['clone', '--quiet', clone, folder], directory);
  }
  run('git', ['checkout', '--quiet', commit], folder);
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) symlinkSync(join(directory, 'node_modules'), modules);
}

function run(program: string, words: readonly string[], directory: string): void {
  const { status, stderr, error } = spawnSync(program, words, { cwd: directory, encoding: 'utf8', timeout: 900_000 });
  if (status !== 0)
    throw new Error(`${program} ${words[0]} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}

/** What is installed, as its own package.json says. */
export function versionsOf(directory: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).dependencies;
}
