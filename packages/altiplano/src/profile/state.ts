import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { ServedRequest } from './frameworks/request.ts';
import type { OpenLayer, Recorder } from './recorder.ts';
import type { Level, Recording } from './recording.ts';

/** Where code runs: in which recording and layer. Without a recorder, what is asked for is nobody's. */
export interface Frame {
  readonly recorder: Recorder | null;
  readonly layer: OpenLayer | null;
}

interface State {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly listeners: Set<(recording: Recording) => void>;
  /** Requests under way, by node's request and response. */
  readonly served: WeakMap<object, ServedRequest>;
  /** Servers whose handlers say themselves whose they are. */
  readonly telling: WeakSet<object>;
  /** Recordings under way that AsyncLocalStorage is used for. */
  followed: number;
  /** Of requests that nobody asked for by `record`. */
  level: Level;
  /** Whether the values of parameters are noted at `full`. */
  parameters: boolean;
  /** Queries of one recording that are kept. */
  limit: number;
  /** Recordings under way: at none, a patched driver has one branch to pass. */
  active: number;
  /** Recordings begun, by which another sees that it was not alone. */
  begun: number;
  /** Takes what is asked for outside any other recording; of tests, whose server runs in a context of its own. */
  everything: Recorder | null;
  /** Above 0 while somebody who reports a query by itself asks the driver for it. */
  quiet: number;
  connections: number;
  transactions: number;
  failures: number;
  readonly salt: string;
}

const KEY = Symbol.for('altiplano.profile.state.1');
const holder = globalThis as { [KEY]?: State };

/** One for the process: a bundle or a loader may give it two copies of this module. */
holder[KEY] ??= {
  storage: new AsyncLocalStorage(),
  listeners: new Set(),
  served: new WeakMap(),
  telling: new WeakSet(),
  followed: 0,
  level: 'off',
  parameters: false,
  limit: 1_000,
  active: 0,
  begun: 0,
  everything: null,
  quiet: 0,
  connections: 0,
  transactions: 0,
  failures: 0,
  salt: randomBytes(8).toString('base64'),
};

export const state: State = holder[KEY];

/** Profiling goes on after a failure of its own, and so does the program; the first is told, the others are counted. */
export function swallow(error: unknown): void {
  state.failures += 1;
  if (state.failures > 1) return;
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), {
    type: 'AltiplanoProfileWarning',
    code: 'ALTIPLANO_PROFILE_FAILED',
  });
}
