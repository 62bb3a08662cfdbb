import type { Session, Statement } from 'altiplano/testing';
import type { Repetitions } from '../measure/samples.ts';

/** One statement of one session, as the server would run it. */
export interface Work {
  readonly statement: Statement;
  readonly session: Session;
  /** All in one round trip, as the server does it, or one for each of the four steps. */
  readonly pipelined: boolean;
}

export type Ask =
  | { readonly kind: 'open'; readonly url: string; readonly connections: number }
  | { readonly kind: 'latency'; readonly work: Work; readonly repetitions: Repetitions }
  | { readonly kind: 'throughput'; readonly work: Work; readonly milliseconds: number };

export type Answer = { readonly samples: readonly number[] } | { readonly error: string };
