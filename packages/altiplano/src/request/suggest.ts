import { closest, distance } from 'fastest-levenshtein';

/** "Did you mean 'status'?" when a known name is near, else the names there are, if there are any. */
export function suggest(unknown: string, known: readonly string[]): string {
  if (known.length === 0) return 'None is known here.';
  const short = unknown.slice(0, 64);
  const nearest = closest(short, known);
  if (nearest !== undefined && distance(short, nearest) <= Math.max(2, short.length / 3))
    return `Did you mean '${nearest}'?`;
  return `Known: ${known.join(', ')}.`;
}
