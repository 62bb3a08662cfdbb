import type { App, OwnerClient } from 'altiplano';
import type { Fleet } from './fleet.ts';

/** What many do at once to one app while its processes are killed, and what has to be true afterwards. */
export interface Storm {
  readonly name: string;
  readonly summary: string;
  readonly app: App;
  /** Processes at a time, and seconds from one kill to the next. */
  readonly servers: number;
  readonly workers: number;
  /** Fills the empty tables. */
  prepare(ground: Pick<Ground, 'url' | 'owner' | 'clients'>): Promise<void>;
  /** Lasts until `isOver`; whoever has asked for something waits for the answer. */
  rage(ground: Ground): Promise<void>;
  /** What is wrong, in one snapshot; while it rages `settled` is false. */
  recount(ground: Ground, settled: boolean): Promise<readonly string[]>;
}

export interface Ground {
  readonly url: string;
  readonly owner: OwnerClient;
  readonly fleet: Fleet;
  /** At once. */
  readonly clients: number;
  readonly isOver: () => boolean;
  /** Counts what happened. */
  readonly count: (what: string, by?: number) => void;
  /** An answer that may not be. */
  readonly wrong: (what: string) => void;
}

export interface Outcome {
  readonly storm: string;
  readonly clients: number;
  readonly minutes: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Empty when all is well. */
  readonly wrong: readonly string[];
}
