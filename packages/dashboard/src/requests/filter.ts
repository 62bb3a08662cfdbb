import type { RequestLine } from '../api/types.ts';

/** Empty texts ask for nothing. */
export interface Filter {
  readonly text: string;
  readonly route: string;
  /** `2`, `3`, `4`, `5`, or `none` of requests that were cut off. */
  readonly status: string;
  /** A rule, or `any`. */
  readonly verdict: string;
}

export const NO_FILTER: Filter = { text: '', route: '', status: '', verdict: '' };

export const isEmpty = (filter: Filter): boolean => Object.values(filter).every((value) => value === '');

/** Newest first. */
export function select(lines: readonly RequestLine[], filter: Filter): readonly RequestLine[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: RequestLine[] = [];
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    if (line !== undefined && matches(line, filter, words)) found.push(line);
  }
  return found;
}

function matches(line: RequestLine, { route, status, verdict }: Filter, words: readonly string[]): boolean {
  if (route !== '' && route !== routeOf(line)) return false;
  if (status !== '' && status !== familyOf(line.status)) return false;
  if (verdict !== '' && !(verdict === 'any' ? line.verdicts.length > 0 : line.verdicts.includes(verdict))) return false;
  if (words.length === 0) return true;
  const text = `${line.method} ${line.path} ${line.status} ${line.app} ${line.id} ${line.bottleneck}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export const routeOf = ({ method, route }: Pick<RequestLine, 'method' | 'route'>): string => `${method} ${route}`;

export const familyOf = (status: number | null): string =>
  status === null ? 'none' : String(Math.floor(status / 100));
