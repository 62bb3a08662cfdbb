import type { Seal } from '../auth/seal.ts';
import type { Service } from '../pipeline.ts';
import type { Action, ActionJobs, RunQuery } from '../resource/action.ts';

/** One action, ready to answer. */
export interface ActionService extends Omit<Service, 'resource'> {
  readonly action: Action;
  /** The app's name, in the codes of its own refusals. */
  readonly app: string;
  /** Closes what is kept of replies. */
  readonly seal: Seal;
  /** What a handler may do with the app's jobs, in its transaction. */
  readonly jobs: (query: RunQuery) => ActionJobs;
}
