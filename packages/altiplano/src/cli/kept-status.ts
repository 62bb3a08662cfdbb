import { type OwnerClient, withOwner } from '../execute/owner.ts';
import type { FolderSession } from '../keep/folder-session.ts';
import { type Declared, judge, type Standing } from '../keep/judge.ts';
import type { Kind } from '../keep/registered.ts';
import type { Command, Context, Flags } from './command.ts';
import { printTable } from './print-table.ts';
import { withDatabase } from './with-database.ts';

interface Shown<S> {
  readonly kind: Kind;
  readonly choose: (context: Context, flags: Flags) => readonly Declared[];
  readonly read: (
    client: OwnerClient,
    schemas: readonly string[],
  ) => Promise<{ readonly folder: FolderSession | null; readonly standing: readonly S[] }>;
  readonly head: readonly string[];
  readonly row: (one: S) => readonly string[];
  /** Further lines below the table. */
  readonly more?: (standing: readonly S[]) => readonly string[];
}

/** `altiplano rollup status`, `altiplano bitmap status`: how each stands, and what is wrong; exit code 1 when something is. */
export function statusCommand<S extends Standing>(shown: Shown<S>): Command['run'] {
  return async (context, flags) => {
    const declared = shown.choose(context, flags);
    const schemas = [...new Set(declared.map(({ schema }) => schema))];
    const names = declared.map(({ name }) => name);
    const { folder, standing: all } = await withDatabase(context, ({ url }) =>
      withOwner(url, (client) => shown.read(client, schemas)),
    );
    const standing = flags.name === undefined ? all : all.filter(({ name }) => names.includes(name));
    const findings = judge(shown.kind, folder, standing, declared);
    const text = [
      printTable(shown.head, standing.map(shown.row)),
      ...(shown.more?.(standing) ?? []),
      describeFolder(folder),
      ...findings.map(({ level, evidence, remedy }) => `${level}: ${evidence}\n  ${remedy}`),
    ].join('\n');
    const plain = standing.map(({ definition: _definition, ...rest }) => rest);
    context.print(text, { folder, [`${shown.kind}s`]: plain, findings });
    return findings.length === 0 ? 0 : 1;
  };
}

export const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

function describeFolder(folder: FolderSession | null): string {
  return folder === null ? 'nobody folds at the moment' : `folding: ${folder.application}, pid ${folder.pid}`;
}
