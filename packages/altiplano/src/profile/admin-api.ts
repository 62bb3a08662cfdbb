import type { Finding } from './finding.ts';
import type { Profile } from './profile.ts';

/*
 * What the dashboard asks for, all GET below `/_altiplano/api`, all JSON, all `no-store`, each only with the scope `profile:read`:
 *
 *   requests?after=SEQUENCE&limit=N   RequestList: newest last; the page asks again with the last sequence it has (live list)
 *   requests/ID                       Profile
 *   shapes                            ShapeList
 *   routes                            RouteList
 *   recommendations                   RecommendationList
 *   recommendations?plans=true        the same, after the next few plans were looked at, with the scope `profile:explain` besides
 *   health                            Health
 *   requests/ID/queries/ORDINAL/plan  { plan }, with the scope `profile:explain` besides
 */
export interface RequestLine {
  readonly sequence: number;
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly route: string;
  readonly app: string | null;
  readonly status: number | null;
  readonly total: number;
  readonly database: number;
  readonly statements: number;
  readonly bottleneck: Profile['bottleneck']['type'];
  /** Rules of its findings, each once, the gravest first. */
  readonly verdicts: readonly string[];
  /** Whether `requests/ID` has more to say; not kept of every request. */
  readonly kept: boolean;
}

export interface RequestList {
  readonly requests: readonly RequestLine[];
  /** Older ones that fell out before they were asked for. */
  readonly missed: number;
  /** The newest sequence there is for this reader: less than one it has seen means that the server began anew. */
  readonly last: number;
}

/** Queries of one shape over all kept requests. */
export interface Shape {
  readonly fingerprint: string;
  readonly text: string;
  readonly calls: number;
  readonly requests: number;
  readonly total: number;
  readonly mean: number;
  readonly worst: number;
  readonly rows: number;
  /** One request that has it. */
  readonly example: { readonly id: string; readonly ordinal: number };
  readonly routes: readonly string[];
}
export interface ShapeList {
  readonly shapes: readonly Shape[];
}

/** One route; minutes oldest first, without gaps. */
export interface Route {
  readonly method: string;
  readonly route: string;
  readonly app: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly statements: number;
  readonly minutes: readonly RouteMinute[];
}
export interface RouteMinute {
  readonly at: string;
  readonly requests: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Mean a request. */
  readonly statements: number | null;
}
export interface RouteList {
  readonly routes: readonly Route[];
}

export interface Recommendation extends Finding {
  /** How many kept requests have it, and the newest of them. */
  readonly requests: number;
  readonly example: string;
}
export interface RecommendationList {
  readonly recommendations: readonly Recommendation[];
  /** Null where plans are not to be had, by this reader or of this program. */
  readonly plans: PlansLookedAt | null;
}
/** Shapes of what reads: how many there are, how many plans were looked at in the last minutes, and were not to be had. */
export interface PlansLookedAt {
  readonly shapes: number;
  readonly looked: number;
  readonly refused: number;
}

/** Null where a program is not ours and has none. */
export interface Health {
  readonly rollups: readonly {
    readonly title: string;
    readonly kind: string;
    readonly lag: number;
    readonly unfolded: number;
    readonly errors: number;
  }[];
  /** Shares from 0 to 1; null where nothing was asked of it yet. */
  readonly caches: readonly {
    readonly name: string;
    readonly hits: number;
    readonly misses: number;
    readonly rate: number | null;
  }[];
  readonly indexes: readonly {
    readonly table: string;
    readonly index: string;
    readonly bytes: number;
    readonly scans: number;
  }[];
  readonly profiling: {
    readonly level: string;
    /** Of the reader's own requests, unless it is an operator; then the others are null. */
    readonly kept: number;
    readonly bytes: number | null;
    readonly dropped: number | null;
  };
}
