/** From when on something is told. Where the numbers come from: docs/decisions/0019-verdicts.md. Times in milliseconds. */
export interface VerdictSettings {
  /** Distinct sets of parameters of one statement at one place; proved ones count how often it ran as well. */
  readonly loop: number;
  /** The same, where no statement before gave the rows that the loop could run over. */
  readonly loopWithoutParent: number;
  /** Values in a list, from which on it is a slice of a longer one and no loop over rows. */
  readonly slice: number;
  /** Times one statement is answered with the same parameters. */
  readonly duplicate: number;
  /** Statements of a request, of which none repeats. */
  readonly budget: number;
  /** What running together has to save, and as which share of the whole; of statements that take `least` each. */
  readonly together: { readonly least: number; readonly saved: number; readonly share: number };
  readonly slow: number;
  /** Rows that are passed over. */
  readonly offset: number;
  /** Waiting for a connection, and as which share of the whole. */
  readonly pool: { readonly waited: number; readonly share: number };
}

export const PRODUCTION: VerdictSettings = {
  loop: 5,
  loopWithoutParent: 8,
  slice: 10,
  duplicate: 2,
  budget: 30,
  together: { least: 10, saved: 30, share: 0.1 },
  slow: 500,
  offset: 1_000,
  pool: { waited: 50, share: 0.2 },
};

/** Rows are few in tests. */
export const TESTS: VerdictSettings = { ...PRODUCTION, loop: 3 };
