/** How one rollup stands, as the process that folds it last saw it. */
export interface RollupFigures {
  /** With its schema. */
  readonly rollup: string;
  /** Seconds that the oldest delta had waited when the last pass began; 0 without any. */
  readonly lag: number;
  /** Deltas that were waiting at the last count. */
  readonly unfolded: number;
  /** Passes that folded something, rows they folded, and errors since the process began to fold. */
  readonly folds: number;
  readonly folded: number;
  readonly errors: number;
}

/** Asked when metrics are read; empty in a process that does not fold. */
export type ReadRollupFigures = () => readonly RollupFigures[];
