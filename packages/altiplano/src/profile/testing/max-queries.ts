import { AssertionError } from 'node:assert';
import { placed } from './constant-queries.ts';
import { measure, type QueryOptions, type ShapeCount } from './queries.ts';

/**
 * Runs work, which may send so many statements at most, and gives what it answers.
 * @throws AssertionError with the statements by shape, how often each was sent, and from where
 */
export async function expectMaxQueries<T>(
  work: () => T | Promise<T>,
  most: number,
  options: QueryOptions = {},
): Promise<T> {
  if (!Number.isInteger(most) || most < 0) throw new TypeError(`most has to be a whole number from 0, not ${most}`);
  const { value, shapes, statements } = await measure(work, options);
  if (statements <= most) return value;
  throw new AssertionError({
    message: [
      `${statements} queries, and ${most} are allowed:`,
      ...linesOf(shapes),
      '',
      'Statements of transactions, settings and cursors are not counted.',
    ].join('\n'),
    actual: statements,
    expected: most,
    operator: 'expectMaxQueries',
    stackStartFn: expectMaxQueries,
  });
}

export function linesOf(shapes: readonly ShapeCount[]): readonly string[] {
  return [...shapes]
    .sort((a, b) => b.times - a.times)
    .map((count) => `${String(count.times).padStart(6)} × ${count.shape}${placed(count)}`);
}
