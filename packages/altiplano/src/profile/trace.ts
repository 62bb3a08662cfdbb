import { parameterHashes } from './hashed-answer.ts';
import { TIMINGS } from './level.ts';
import type { Recorder } from './recorder.ts';
import type { QueryRecord } from './recording.ts';
import { state, swallow } from './state.ts';

/** Of whom the engine's code is that runs now, until it waits for something. */
let here: Trace | null = null;

/** A query as the engine tells it: all times are those of `performance.now()`. */
export interface TracedQuery extends Pick<QueryRecord, 'text' | 'kind' | 'rows' | 'error' | 'label' | 'layer'> {
  readonly asked: number;
  readonly acquired: number;
  readonly answered: number;
  readonly values: readonly unknown[];
}

export interface TraceOwner {
  readonly tenant: string;
  readonly user: string;
}

/** What the stages of our own engine tell of a request that is being recorded: more than a driver would know. */
export class Trace {
  readonly recorder: Recorder;
  /** Null until it is known. */
  owner: TraceOwner | null = null;
  /** How a value is printed; null where parameters were not asked for. */
  print: ((value: unknown) => string) | null = null;
  readonly #labels: string[] = [];

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  /** Of whom the request turned out to be, and what its next statements are for. */
  about(owner: TraceOwner, labels: readonly string[]): void {
    this.owner = owner;
    this.expects(labels);
  }

  /** What the next statements are for, in the order they are sent. */
  expects(labels: readonly string[]): void {
    this.#labels.splice(0, this.#labels.length, ...labels);
  }

  nextLabel(): string | null {
    return this.#labels.shift() ?? null;
  }

  layered(name: string, from: number, to: number, within: string | null = null): void {
    if (this.recorder.rank >= TIMINGS) this.recorder.layered(name, from, to, within);
  }

  /** Throws nothing: it is called where nobody waits for it. */
  note(query: TracedQuery): void {
    const started = performance.now();
    try {
      this.#note(query);
    } catch (error) {
      swallow(error);
    }
    this.recorder.own += performance.now() - started;
  }

  #note({ values, ...query }: TracedQuery): void {
    const hashes = this.recorder.rank >= TIMINGS ? parameterHashes(values) : null;
    this.recorder.note({
      ...query,
      driver: 'altiplano',
      decoded: query.answered,
      parametersHash: hashes?.whole ?? null,
      parameterHashes: hashes?.each ?? null,
      parameters: this.print === null ? null : values.map(this.print),
      ...{ columnHashes: null, connection: null, transaction: null, site: null },
    });
  }
}

const traces = new WeakMap<Recorder, Trace>();

/** One for each recording, whoever began it. */
export function traceOf(recorder: Recorder): Trace {
  const known = traces.get(recorder);
  if (known !== undefined) return known;
  const trace = new Trace(recorder);
  traces.set(recorder, trace);
  return trace;
}

/**
 * Runs work of a request; what follows its first `await` has to be told again. AsyncLocalStorage would know by itself, but once it is used Node 20
 * pays for it at every promise of the process (docs/decisions/0018-capture.md).
 */
export function within<T>(trace: Trace | null, work: () => T): T {
  if (trace === null) return work();
  const before = here;
  here = trace;
  try {
    return work();
  } finally {
    here = before;
  }
}

/** The trace of what is recorded here; while nothing is recorded anywhere it costs one branch. */
export function currentTrace(): Trace | null {
  if (state.active === 0) return null;
  const recorder = here?.recorder ?? state.storage.getStore()?.recorder ?? state.everything;
  return recorder === null || recorder.ended !== null ? null : traceOf(recorder);
}
