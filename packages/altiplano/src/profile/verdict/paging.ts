import type { Statement } from './statement.ts';

/**
 * Whether statements of one shape differ in bounds alone: they read on, page by page or window by window, and ask for no one thing after the
 * other. With values written into the text no place varies, and an offset that does is seen by the shape.
 */
export function differInBounds(statements: readonly Statement[]): boolean {
  const [first] = statements;
  if (first === undefined) return false;
  if (!/\$\d/.test(first.query.text)) return /\boffset \?/.test(first.shape);
  const places = varyingPlaces(statements);
  return places.length > 0 && places.every((place) => isBound(first.query.text, place));
}

/** Whether each asks for what the one before answered, as paging by key does. */
export function isWalk(statements: readonly Statement[]): boolean {
  const [first] = statements;
  if (first === undefined || statements.length < 3 || !/\blimit \?/.test(first.shape)) return false;
  const steps = statements.slice(1).filter(({ query }, at) => {
    const columns = Object.values((statements[at] as Statement).query.columnHashes ?? {});
    return query.parameterHashes?.some((hashes) => hashes.some((hash) => columns.some((column) => column.has(hash))));
  });
  return steps.length >= (statements.length - 1) / 2;
}

/** Places of parameters, from 0, that have not the same value everywhere. */
export function varyingPlaces(statements: readonly Statement[]): readonly number[] {
  const first = statements[0]?.query.parameterHashes ?? [];
  return first
    .map((_, place) => place)
    .filter((place) => {
      const value = first[place]?.join(' ');
      return statements.some(({ query }) => query.parameterHashes?.[place]?.join(' ') !== value);
    });
}

/** Behind `<` or `>`, also within a row of values; of BETWEEN, LIMIT and OFFSET. */
const BOUND = /(?:[<>]=?\s*(?:\([^()]*)?|\b(?:between|limit|offset|between\s+\$\d+\s+and)\s*\(?\s*)$/i;

function isBound(text: string, place: number): boolean {
  const parts = text.split(new RegExp(`\\$${place + 1}(?!\\d)`));
  return parts.length > 1 && parts.slice(0, -1).every((before) => BOUND.test(before.slice(-60)));
}
