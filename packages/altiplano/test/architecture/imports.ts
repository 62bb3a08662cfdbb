import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** A file's text under its path from some root, with `/` between folders. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  /** As written for a library; for a relative import the path from the root. */
  readonly to: string;
  readonly relative: boolean;
  readonly typesOnly: boolean;
}

/** Declarations at the start of a line: the word `from` inside an SQL text is none. */
const DECLARATION = /^(?:import|export)\s+(type\s+)?([\w\s{},*$]*?)\s*from\s+'([^']+)'/gm;
const SIDE_EFFECT = /^import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(path: string, text: string): readonly Import[] {
  const found = [
    ...[...text.matchAll(DECLARATION)].map(([, type, names = '', to = '']) => ({
      to,
      typesOnly: type !== undefined || onlyTypes(names),
    })),
    ...[...text.matchAll(SIDE_EFFECT), ...text.matchAll(DYNAMIC)].map(([, to = '']) => ({ to, typesOnly: false })),
  ];
  return found.map(({ to, typesOnly }) => {
    const isRelative = to.startsWith('.');
    return { to: isRelative ? posix.join(posix.dirname(path), to) : to, relative: isRelative, typesOnly };
  });
}

/** `{ type A, type B }`, every one of them. */
function onlyTypes(names: string): boolean {
  const listed =
    /^\{([^}]*)\}$/
      .exec(names.trim())?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '') ?? [];
  return listed.length > 0 && listed.every((name) => name.trim().startsWith('type '));
}

const SKIPPED = new Set(['node_modules', 'dist', 'generated', '.altiplano']);

/** Every TypeScript and JavaScript source below a folder. */
export function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split(sep)
          .some((part) => SKIPPED.has(part)),
    );
  return new Map(
    files.map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')] as const),
  );
}

export const isTest = (path: string) => /\.(test|test-d)\.ts$/.test(path) || /(^|\/)test\//.test(path);
