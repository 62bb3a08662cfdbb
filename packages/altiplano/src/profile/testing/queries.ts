import { describe } from '../fingerprint/fingerprint.ts';
import type { CallSite, Recording } from '../recording.ts';
import { record } from '../scope.ts';
import { isStatement } from '../statement-kind.ts';
import { isWatching, watchingModules } from './drivers.ts';

export interface QueryOptions {
  /** Also what servers in this process are asked for meanwhile; `false` for tests that run beside others in one process. */
  readonly everything?: boolean;
}

/** Statements of one shape; those of transactions, settings and cursors are none. */
export interface ShapeCount {
  readonly shape: string;
  readonly fingerprint: string;
  readonly times: number;
  readonly sites: readonly CallSite[];
}

export interface Measured<T> {
  readonly value: T;
  readonly recording: Recording;
  readonly shapes: readonly ShapeCount[];
  readonly statements: number;
}

/** More distinct texts or statements than a test should have; beyond, statements are counted and their places not known. */
const LIMIT = 20_000;

/**
 * Runs work and says what it asked of the database.
 * @throws Error where no driver is watched, so that nothing could be seen
 */
export async function measure<T>(
  work: () => T | Promise<T>,
  { everything = true }: QueryOptions = {},
): Promise<Measured<T>> {
  await watchingModules();
  if (!isWatching())
    throw new Error(
      'no query can be seen: neither pg nor postgres was found from the working directory; hand over yours, as watch(pg)',
    );
  const { value, recording } = await record('test', work, { level: 'full', limit: LIMIT, everything });
  return { value, recording, shapes: shapesOf(recording), statements: recording.statements };
}

export function shapesOf(recording: Recording): readonly ShapeCount[] {
  const counts = new Map<string, { shape: string; fingerprint: string; times: number; sites: Map<string, CallSite> }>();
  const of = (text: string) => {
    const { shape, fingerprint } = describe(text);
    const known = counts.get(fingerprint) ?? { shape, fingerprint, times: 0, sites: new Map() };
    counts.set(fingerprint, known);
    return known;
  };
  for (const { text, kind, site } of recording.queries) {
    if (!isStatement(kind)) continue;
    const count = of(text);
    count.times += 1;
    if (site !== null) count.sites.set(`${site.file}:${site.line}`, site);
  }
  return [...counts.values()].map((count) => ({ ...count, sites: [...count.sites.values()] }));
}

/** `src/posts.ts:12 (list)`, two at most. */
export function placesOf(sites: readonly CallSite[]): string {
  const shown = sites.slice(0, 2).map(({ file, line, function: name }) => `${file}:${line}${name ? ` (${name})` : ''}`);
  return [...shown, ...(sites.length > 2 ? [`and ${sites.length - 2} more places`] : [])].join(', ');
}
