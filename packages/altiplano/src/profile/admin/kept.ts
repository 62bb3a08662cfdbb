import { LRUCache } from 'lru-cache';
import { type DiagnoseOptions, diagnose } from '../diagnose/diagnose.ts';
import type { Finding } from '../finding.ts';
import type { Profile } from '../profile.ts';
import type { Recording } from '../recording.ts';
import type { Owner } from './viewer.ts';

/** For an hour, as everywhere. */
export const KEPT_MS = 3_600_000;
const MOST_PROFILES = 2_000;
const MOST_BYTES = 32 * 1024 * 1024;
/** One with thousands of long texts is cut before it pushes the others out. */
export const LARGEST = 256 * 1024;

/** A profile, or what it is made of. */
interface Kept {
  readonly owner: Owner;
  made: Profile | (() => Profile);
}

/** Profiles of this process, bounded in number, bytes and time. */
export class KeptProfiles {
  readonly #profiles = new LRUCache<string, Kept>({
    max: MOST_PROFILES,
    maxSize: MOST_BYTES,
    ttl: KEPT_MS,
    dispose: (_profile, _id, reason) => {
      if (reason === 'evict') this.#dropped += 1;
    },
  });
  #dropped = 0;

  add(profile: Profile): void {
    const { small, size } = measured(profile);
    this.#profiles.set(small.id, { owner: small, made: small }, { size });
  }

  /**
   * Made of its recording when somebody looks, which nobody does for most requests. One in which a statement repeats holds the values of columns, and is
   * larger than its profile.
   */
  addLater(recording: Recording, options: Owner & DiagnoseOptions): void {
    const shown = withoutHashes(recording);
    const made = () => bounded(diagnose(shown, options));
    const size = sizeOfRecording(recording, options.findings ?? []);
    if (size > LARGEST || recording.queries.some(({ columnHashes }) => columnHashes !== null)) this.add(made());
    else this.#profiles.set(recording.id, { owner: options, made }, { size });
  }

  find(id: string): Profile | null {
    const kept = this.#profiles.get(id);
    return kept === undefined ? null : this.#profileOf(id, kept);
  }

  has(id: string): boolean {
    return this.#profiles.has(id);
  }

  /** Newest first. */
  of(isSeen: (owner: Owner) => boolean): readonly Profile[] {
    return [...this.#profiles]
      .filter(([, { owner }]) => isSeen(owner))
      .flatMap(([id, kept]) => this.#profileOf(id, kept) ?? []);
  }

  #profileOf(id: string, kept: Kept): Profile | null {
    try {
      if (typeof kept.made === 'function') kept.made = kept.made();
      return kept.made;
    } catch {
      // What nobody can make sense of is told by its number, and breaks no list of others.
      this.#profiles.delete(id);
      this.#dropped += 1;
      return null;
    }
  }

  figures(): { readonly kept: number; readonly bytes: number; readonly dropped: number } {
    return { kept: this.#profiles.size, bytes: this.#profiles.calculatedSize, dropped: this.#dropped };
  }
}

/**
 * About as many bytes as its JSON; to print it for every request would be a third of what looking at it takes. What is long in a profile are
 * texts of statements and plans.
 */
function sizeOf({ queries, findings, layers }: Profile): number {
  const texts = queries.reduce(
    (sum, { text, plan, parameters }) => sum + text.length + lengthOfParts(plan, parameters),
    0,
  );
  const intervals = layers.reduce((sum, layer) => sum + layer.intervals.length, 0);
  return 1_000 + texts + queries.length * 500 + lengthOfParts(findings) + intervals * 60 + layers.length * 120;
}

/** What findings were made of and no profile shows: of a list of a thousand values a thousand hashes, forty times what is counted of its statement. */
function withoutHashes(recording: Recording): Recording {
  const queries = recording.queries.map((query) =>
    query.parameterHashes === null ? query : { ...query, parameterHashes: null },
  );
  return { ...recording, queries, texts: NO_TEXTS };
}

const NO_TEXTS: ReadonlyMap<string, number> = new Map();

/** The texts of our own statements are one for all requests. */
function sizeOfRecording({ queries, layers }: Recording, findings: readonly Finding[]): number {
  const texts = queries.reduce(
    (sum, { driver, text, parameters }) => sum + (driver === 'altiplano' ? 0 : text.length) + lengthOfParts(parameters),
    0,
  );
  return 1_000 + texts + queries.length * 800 + layers.length * 120 + lengthOfParts(findings);
}

const lengthOfParts = (...parts: readonly unknown[]): number =>
  parts.reduce<number>((sum, part) => sum + (isNothing(part) ? 2 : JSON.stringify(part).length), 0);

const isNothing = (part: unknown): boolean => part == null || (Array.isArray(part) && part.length === 0);

/** Without its last queries, as many as it takes; they are counted as dropped, and findings keep their figures. */
export const bounded = (profile: Profile): Profile => measured(profile).small;

function measured(profile: Profile): { readonly small: Profile; readonly size: number } {
  let [small, size] = [profile, sizeOf(profile)];
  while (size > LARGEST && small.queries.length > 0) {
    const queries = small.queries.slice(0, Math.floor(small.queries.length / 2));
    small = { ...small, queries, dropped: profile.dropped + profile.queries.length - queries.length };
    size = sizeOf(small);
  }
  return size > LARGEST ? { small: { ...small, findings: [] }, size: LARGEST } : { small, size };
}
