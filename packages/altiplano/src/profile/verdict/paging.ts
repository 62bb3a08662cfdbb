import { withoutValues } from '../fingerprint/fingerprint.ts';
import { holdsParameters, withoutValues as withParametersAlone } from '../literals.ts';
import type { Statement } from './statement.ts';

/**
 * Whether statements of one shape differ in bounds alone: they read on, page by page or window by window, and ask for no one thing after the
 * other. With values written into the text no place varies, and an offset that does is seen by the shape.
 */
export function differInBounds(statements: readonly Statement[]): boolean {
  const [first] = statements;
  if (first === undefined) return false;
  const places = varyingPlaces(statements);
  if (places.length === 0) return !holdsParameters(first.query.text) && /\boffset \?/.test(first.shape);
  return places.every((place) => isBound(first, place));
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
const BOUND = /(?:[<>]=?\s*(?:\([^()]*)?|\b(?:between|limit|offset|between\s+(?:\$\d+|\?)\s+and)\s*\(?\s*)$/i;

function isBound(statement: Statement, place: number): boolean {
  const befores = textsBefore(statement, place);
  return befores.length > 0 && befores.every((before) => BOUND.test(before.slice(-60)));
}

/** Longer texts are documents or bulk writes. */
const LONGEST = 10_000;

/**
 * What stands before a value, by its place from 0: `$1` wherever it is, or a value in the text, where as many were found as were hashed. Empty
 * where that cannot be told.
 */
export function textsBefore({ query }: Statement, place: number): readonly string[] {
  if (query.text.length > LONGEST) return [];
  if (holdsParameters(query.text)) {
    return withParametersAlone(query.text)
      .split(new RegExp(`\\$${place + 1}(?!\\d)`))
      .slice(0, -1);
  }
  const parts = withoutValues(query.text).split('?');
  return parts.length - 1 === query.parameterHashes?.length ? [parts.slice(0, place + 1).join('?')] : [];
}
