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
 * time: such a statement belongs to the place that comes next. Without any place, what the framework calls it tells.
 */
export function groupsOf(statements: readonly Statement[]): readonly Group[] {
  return [...byKey(statements, ({ fingerprint }) => fingerprint).values()].flatMap(groupsOfShape);
}

function groupsOfShape(statements: readonly Statement[]): readonly Group[] {
  const places = placesOf(statements);
  const keyOf = (statement: Statement) => places.get(statement) ?? statement.query.label ?? '';
  return [...byKey(statements, keyOf).values()].map((members) => group(members));
}

/** From the last to the first: one without a place has that of the next, and those behind all places have the last. Empty without any. */
function placesOf(statements: readonly Statement[]): ReadonlyMap<Statement, string> {
  const places = new Map<Statement, string>();
  let place = statements.findLast(({ query }) => query.site !== null)?.query.site ?? null;
  if (place === null) return places;
  for (const statement of statements.toReversed()) {
    place = statement.query.site ?? place;
    places.set(statement, placeOf(place));
  }
  return places;
}

function group(statements: readonly Statement[]): Group {
  const site = statements.find(({ query }) => query.site !== null)?.query.site ?? null;
  const label = statements.find(({ query }) => query.label !== null)?.query.label ?? null;
  return { statements, site, label };
}

function placeOf({ file, line, column }: CallSite): string {
  return `${file}:${line}:${column}`;
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

/** Of a group, what is of one try: those whose work stays, or those of one transaction that was rolled back, whichever are more. */
export function largestTry(group: Group): Group {
  const tries = byKey(group.statements, ({ counts, query }) => (counts ? '' : String(query.transaction)));
  const [largest] = [...tries.values()].sort((a, b) => b.length - a.length);
  return largest === undefined ? group : { ...group, statements: largest };
}

export function distinctValues(statements: readonly Statement[]): number {
  return new Set(statements.map(({ values }) => values)).size;
}
