import { distinctValues } from './group.ts';
import { textsBefore, varyingPlaces } from './paging.ts';
import type { Statement } from './statement.ts';

/**
 * How many values each statement of a group asks for at once: 1 where what differs between them is one value, whatever lists they have that are
 * always the same. The mean of all, of lists of different length.
 */
export function valuesAtOnce(statements: readonly Statement[]): number {
  const [first] = statements;
  if (first === undefined || distinctValues(statements) < 2) return 1;
  const sameLength = statements.every(
    ({ query }) => query.parameterHashes?.length === first.query.parameterHashes?.length,
  );
  const places = sameLength ? varyingPlaces(statements) : [];
  const lists = places.some((place) =>
    statements.some(({ query }) => (query.parameterHashes?.[place]?.length ?? 1) > 1),
  );
  const listed = first.batch && (!sameLength || places.some((place) => isInList(first, place)));
  if (!lists && !listed) return 1;
  return statements.reduce((sum, statement) => sum + lengthOf(statement, places), 0) / statements.length;
}

/** Of the longest array, or of what the shape has put together. */
function lengthOf({ query, shape, batch }: Statement, places: readonly number[]): number {
  const hashes = query.parameterHashes ?? [];
  const arrays = places.map((place) => hashes[place]?.length ?? 1);
  const together = batch ? hashes.length - (shape.split('?').length - 1) + 1 : 1;
  return Math.max(1, together, ...arrays);
}

/** Behind `in (`, with other values or none between. */
function isInList(statement: Statement, place: number): boolean {
  return textsBefore(statement, place).some((before) => /\bin\s*\((?:[^()]*,)?\s*$/i.test(before.slice(-300)));
}
