/** `lock`: the part of `execute` that a write spent until it had its row locks. */
export type Stage = 'authenticate' | 'parse' | 'plan' | 'emit' | 'execute' | 'lock' | 'respond';

export type Observation =
  | {
      readonly kind: 'request.finished';
      readonly resource: string;
      readonly status: number;
      /** Milliseconds of each stage that ran. */
      readonly stages: Readonly<Partial<Record<Stage, number>>>;
      readonly statements: number;
    }
  | { readonly kind: 'resource.unavailable'; readonly resource: string; readonly problem: string }
  /** It has served nothing since it was unavailable, and does from now on. */
  | { readonly kind: 'resource.available'; readonly resource: string }
  /** This process folds rollups from now on, or no longer. */
  | { readonly kind: 'folder.leading'; readonly leading: boolean }
  | {
      readonly kind: 'rollup.folded';
      readonly rollup: string;
      readonly rows: number;
      readonly parents: number;
      readonly milliseconds: number;
    }
  /** Folding goes on; `rollup` is null when the connection failed. */
  | { readonly kind: 'rollup.failed'; readonly rollup: string | null; readonly problem: string }
  /** What is done beside folding; it is tried again in a minute. */
  | { readonly kind: 'chore.failed'; readonly chore: string; readonly problem: string }
  /** A drained table cannot be emptied: somebody may still read as of before. Seconds of its transaction. */
  | {
      readonly kind: 'rollup.pinned';
      readonly rollup: string;
      readonly pid: number | null;
      readonly application: string;
      readonly age: number;
    };

export type Observe = (observation: Observation) => void;
