/** When the folder does what, in milliseconds unless said otherwise. */
export interface Pace {
  /** Between two rounds with work, and at most without. */
  readonly shortest: number;
  readonly longest: number;
  /** Between two looks over the tables appended to: settling, rotation, the count of what waits. */
  readonly look: number;
  /** Bytes of the written table at which it is changed for the other. */
  readonly bytes: number;
  /** Without an entry for so long, a table with rows is changed however small. */
  readonly idle: number;
  /** Before the first batch of a sweep over a rollup. */
  readonly sweep: number;
  /** A tenant's tail is folded when it has so many entries, or when its oldest is older. */
  readonly entries: number;
  readonly age: number;
  /** Entries of one segment past which it is made again from its rows: several of those are not one fold's work. */
  readonly crowded: number;
  /** Between two looks for segments to be merged. */
  readonly merge: number;
}

export const PACE: Pace = {
  shortest: 50,
  longest: 1_000,
  look: 1_000,
  bytes: 16 * 1024 * 1024,
  idle: 60_000,
  sweep: 60_000,
  entries: 500,
  age: 2_000,
  crowded: 8_192,
  merge: 5_000,
};
