import { LRUCache } from 'lru-cache';
import type { PlansLookedAt } from '../admin-api.ts';
import { CUT } from '../diagnose/diagnose.ts';
import type { Finding } from '../finding.ts';
import type { Profile } from '../profile.ts';
import { shapesOf } from './shapes.ts';

/** What the plan of one query of a profile says against it. */
export type AdviseOn = (profile: Profile, ordinal: number) => Promise<readonly Finding[]>;

/** Plans that one look asks for: those of the shapes with the most time. */
const MOST_LOOKED = 8;
/** A look ends here; a plan that waits for a lock takes up to 5 s. */
const PATIENCE_MS = 8_000;
/** Tables grow, and indexes are made. */
const KNOWN_MS = 10 * 60_000;
const MOST_KNOWN = 1_000;

interface Candidate {
  readonly key: string;
  readonly profile: Profile;
  readonly ordinal: number;
}

/** What plans say of the shapes that are asked most, looked at only when somebody asks, and remembered by shape. */
export class PlanAdvice {
  readonly #advise: AdviseOn;
  /** Null where the database refused. */
  readonly #known = new LRUCache<string, { readonly findings: readonly Finding[] | null }>({
    max: MOST_KNOWN,
    ttl: KNOWN_MS,
  });
  #turn: Promise<void> = Promise.resolve();

  constructor(advise: AdviseOn) {
    this.#advise = advise;
  }

  /** Has the next few explained, of those that were not yet; one look at a time, whoever asks. */
  look(profiles: readonly Profile[]): Promise<void> {
    const turn = this.#turn.then(() => this.#look(profiles));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #look(profiles: readonly Profile[]): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    const next = candidatesOf(profiles).filter(({ key }) => !this.#known.has(key));
    for (const { key, profile, ordinal } of next.slice(0, MOST_LOOKED)) {
      if (performance.now() > until) return;
      this.#known.set(key, { findings: await this.#advise(profile, ordinal).catch(() => null) });
    }
  }

  /** Of one request: what the plans of its shapes say, as far as they are known. */
  of(profile: Profile): readonly Finding[] {
    const keys = new Set(profile.queries.map(({ fingerprint }) => keyOf(profile, fingerprint)));
    return [...keys].flatMap((key) => this.#known.get(key)?.findings ?? []);
  }

  figures(profiles: readonly Profile[]): PlansLookedAt {
    const known = candidatesOf(profiles).map(({ key }) => this.#known.get(key));
    return {
      shapes: known.length,
      looked: known.filter((one) => one !== undefined).length,
      refused: known.filter((one) => one?.findings === null).length,
    };
  }
}

const keyOf = ({ app }: Pick<Profile, 'app'>, fingerprint: string): string => `${app ?? ''} ${fingerprint}`;

/** Shapes of what reads, the most time first; half a statement has no plan. */
function candidatesOf(profiles: readonly Profile[]): readonly Candidate[] {
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  return shapesOf(profiles).shapes.flatMap(({ fingerprint, example }) => {
    const profile = byId.get(example.id);
    const query = profile?.queries.find(({ ordinal }) => ordinal === example.ordinal);
    if (profile === undefined || query?.kind !== 'read' || query.text.endsWith(CUT)) return [];
    return [{ key: keyOf(profile, fingerprint), profile, ordinal: example.ordinal }];
  });
}
