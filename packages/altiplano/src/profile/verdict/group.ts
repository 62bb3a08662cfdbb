import type { CallSite } from '../recording.ts';
import type { Statement } from './statement.ts';

/** Statements of one shape asked for at one place. */
export interface Group {
  readonly statements: readonly Statement[];
  readonly site: CallSite | null;
  readonly label: string | null;
}

/**
 * By shape and call site, whatever their order, so that a loop under `Promise.all` is a loop. Recording notes no place of a shape's first
 * time: such a statement belongs to the largest group of its shape. Without any place, what the framework calls it tells.
 */
export function groupsOf(statements: readonly Statement[]): readonly Group[] {
  return [...byKey(statements, ({ fingerprint }) => fingerprint).values()].flatMap(groupsOfShape);
}

function groupsOfShape(statements: readonly Statement[]): readonly Group[] {
  const placed = statements.filter(({ query }) => query.site !== null);
  const others = statements.filter(({ query }) => query.site === null);
  const bySite = [...byKey(placed, ({ query }) => placeOf(query.site)).values()];
  const [largest, ...rest] = bySite.sort((a, b) => b.length - a.length);
  if (largest === undefined) {
    const byLabel = byKey(others, ({ query }) => query.label ?? '');
    return [...byLabel.values()].map((members) => group(members));
  }
  const joined = [...largest, ...others].sort((a, b) => a.query.ordinal - b.query.ordinal);
  return [joined, ...rest].map((members) => group(members));
}

function group(statements: readonly Statement[]): Group {
  const site = statements.find(({ query }) => query.site !== null)?.query.site ?? null;
  const label = statements.find(({ query }) => query.label !== null)?.query.label ?? null;
  return { statements, site, label };
}

function placeOf(site: CallSite | null): string {
  return site === null ? '' : `${site.file}:${site.line}:${site.column}`;
}

export function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

export function distinctValues(statements: readonly Statement[]): number {
  return new Set(statements.map(({ values }) => values)).size;
}
