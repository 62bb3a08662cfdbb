/** How one rollup, summary or bitmap stands, as the process that folds it last saw it. */
export interface FoldFigures {
  readonly kind: 'rollup' | 'summary' | 'bitmap';
  /** With its schema. */
  readonly title: string;
  /** Seconds that the oldest entry had waited when the last pass began; 0 without any. */
  readonly lag: number;
  /** Entries that were waiting at the last count. */
  readonly unfolded: number;
  /** Passes that folded something, entries they folded, and errors since the process began to fold. */
  readonly folds: number;
  readonly folded: number;
  readonly errors: number;
}

/** Asked when metrics are read; empty in a process that does not fold. */
export type ReadFoldFigures = () => readonly FoldFigures[];
