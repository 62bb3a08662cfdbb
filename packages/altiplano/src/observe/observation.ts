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
  /** This process folds rollups and bitmaps from now on, or no longer. */
  | { readonly kind: 'folder.leading'; readonly leading: boolean }
  /** One pass over a rollup or bitmap: entries folded into so many places, parents or tenants. */
  | {
      readonly kind: 'fold.passed';
      readonly title: string;
      readonly rows: number;
      readonly places: number;
      readonly milliseconds: number;
    }
  /** Folding goes on; `title` is null when the connection failed. */
  | { readonly kind: 'fold.failed'; readonly title: string | null; readonly problem: string }
  /** A job was run, to its end or not; `waiting`: it will be tried again, here or elsewhere. */
  | {
      readonly kind: 'job.ran';
      readonly job: string;
      readonly run: string;
      readonly state: 'done' | 'failed' | 'waiting' | 'elsewhere';
      readonly attempt: number;
      readonly problem: string | null;
      readonly milliseconds: number;
    }
  /** The queue itself; it is tried again. */
  | { readonly kind: 'jobs.failed'; readonly problem: string }
  /** A password was compared or made into a digest; `cost` as the digest says it. */
  | { readonly kind: 'password.derived'; readonly cost: string; readonly milliseconds: number }
  /** The login went well; the digest is made anew at the next one. */
  | { readonly kind: 'password.not_rehashed'; readonly app: string; readonly problem: string }
  /** Somebody sent a refresh token for the second time, so the user's session was ended. */
  | { readonly kind: 'session.replayed'; readonly app: string; readonly user: string }
  /** Nobody signed in: wrong, tried too often, or too many at once. */
  | {
      readonly kind: 'login.refused';
      readonly app: string;
      readonly reason: 'credentials' | 'attempts' | 'busy';
    }
  /** What is done beside folding; it is tried again in a minute. */
  | { readonly kind: 'chore.failed'; readonly chore: string; readonly problem: string }
  /** A drained table cannot be emptied: somebody may still read as of before. Seconds of its transaction. */
  | {
      readonly kind: 'fold.pinned';
      readonly title: string;
      readonly pid: number | null;
      readonly application: string;
      readonly age: number;
    };

export type Observe = (observation: Observation) => void;
