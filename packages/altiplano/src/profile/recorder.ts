import { randomUUID } from 'node:crypto';
import { buildRecording } from './build-recording.ts';
import { busy, now, processor } from './clock.ts';
import { keyOf } from './held.ts';
import { FULL, rankOf, STACKS, TIMINGS } from './level.ts';
import { roughShape } from './literals.ts';
import type { QueryEntry } from './query-entry.ts';
import type { LayerRecord, Level, QueryRecord, Recording, RequestFacts } from './recording.ts';
import { type Frame, state, swallow } from './state.ts';
import { isStatement, type StatementKind } from './statement-kind.ts';

export interface RecordingOptions {
  /** Of the process where nothing is said; `stacks` where that is off. */
  readonly level?: Level;
  readonly id?: string;
  readonly request?: RequestFacts | null;
  /** Queries that are kept; those beyond are counted. 1,000 unless told otherwise. */
  readonly limit?: number;
  /** Takes what the whole process asks for meanwhile, in other recordings and outside any. For tests. */
  readonly everything?: boolean;
  /** The recording around it; what AsyncLocalStorage says where nothing is said. */
  readonly around?: Recorder | null;
}

export interface OpenLayer {
  readonly name: string;
  readonly from: number;
  readonly within: OpenLayer | null;
}

/** A query that is over, as one tells it who measured it; its times are those of `performance.now()`. */
export type ReportedQuery = Omit<QueryRecord, 'ordinal'>;

/** A recording under way. Nothing it does throws. */
export class Recorder {
  readonly id: string;
  readonly kind: Recording['kind'];
  readonly level: Level;
  readonly rank: number;
  readonly startedAt = Date.now();
  readonly began = now();
  readonly entries: (QueryEntry | ReportedQuery)[] = [];
  readonly texts = new Map<string, number>();
  readonly layers: LayerRecord[] = [];
  request: RequestFacts | null;
  statements = 0;
  dropped = 0;
  own = 0;
  blocked = 0;
  /** The part of a request that goes on until another begins: what hooks say that wrap nothing. */
  phase: OpenLayer | null = null;
  ended: number | null = null;
  /** Recordings begun within it, by whichever copy of this module: another copy could not reach a private field. */
  children = 0;
  /** Characters and bytes of its statements. */
  held = 0;
  used: number | null = null;
  shared: boolean;
  readonly parent: Recorder | null;
  readonly limit: number;
  readonly #frame: Frame;
  readonly #usedBefore: number | null;
  readonly #begun: number;
  readonly #everythingBefore: Recorder | null;
  readonly #isEverything: boolean;
  readonly #expected = new Set<string>();
  readonly #shapes = new Set<string>();
  #isFollowed = false;
  #waiting = 0;
  #waitingSince = 0;
  #recording: WeakRef<Recording> | null = null;

  constructor(kind: Recording['kind'], options: RecordingOptions) {
    this.kind = kind;
    this.id = options.id ?? randomUUID();
    this.level = options.level ?? (state.level === 'off' ? 'stacks' : state.level);
    this.rank = rankOf(this.level);
    this.request = options.request ?? null;
    this.limit = options.limit ?? state.limit;
    this.parent = options.around ?? parentHere();
    this.#frame = { recorder: this, layer: null };
    this.#usedBefore = this.rank >= TIMINGS ? processor() : null;
    let ancestors = 0;
    for (let above = this.parent; above !== null; above = above.parent) {
      above.children += 1;
      ancestors += 1;
    }
    this.shared = state.active > ancestors;
    state.active += 1;
    state.begun += 1;
    this.#begun = state.begun;
    this.#isEverything = options.everything === true;
    this.#everythingBefore = state.everything;
    if (this.#isEverything) state.everything = this;
  }

  run<T>(work: () => T): T {
    if (!this.#isFollowed && this.ended === null) {
      this.#isFollowed = true;
      state.followed += 1;
    }
    return state.storage.run(this.#frame, work);
  }

  /** Whether this code runs in it, layers included. */
  isHere(): boolean {
    return state.storage.getStore()?.recorder === this;
  }

  /** Answers how often this text, or one of this key, was sent, this time included. */
  count(text: string, kind: StatementKind): number {
    const times = (this.texts.get(text) ?? 0) + 1;
    if (times > 1 || this.texts.size < this.limit) this.texts.set(text, times);
    if (isStatement(kind)) this.statements += 1;
    return times;
  }

  /** Whether one more is kept. */
  keeps(): boolean {
    if (this.rank < TIMINGS) return false;
    if (this.entries.length < this.limit) return true;
    this.dropped += 1;
    return false;
  }

  /** Below `full`, from the second time on: of a text, or of one that differs in values written into it. */
  wantsStack(text: string, times: number, kind: StatementKind, isBare: boolean): boolean {
    if (this.rank < STACKS || !isStatement(kind)) return this.rank >= FULL;
    return this.rank >= FULL || times > 1 || (isBare && again(this.#shapes, roughShape(text), this.limit));
  }

  /** A pool is asked for this text, and its driver will be; answers whether that will want a stack. */
  expects(text: string, isBare: boolean): boolean {
    if (this.rank < STACKS || this.ended !== null) return false;
    return again(this.#expected, isBare ? roughShape(text) : keyOf(text), this.limit) || this.rank >= FULL;
  }

  waits(): void {
    if (this.#waiting === 0) this.#waitingSince = busy();
    this.#waiting += 1;
  }

  goesOn(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0 && this.ended === null) this.blocked += Math.max(0, busy() - this.#waitingSince);
  }

  /** Takes a query that somebody measured; how it is used for an own engine, which knows more than a driver does. */
  note(query: ReportedQuery): void {
    for (let recorder: Recorder | null = this; recorder !== null; recorder = recorder.parent) {
      if (recorder.ended !== null) continue;
      recorder.count(query.text, query.kind);
      if (recorder.keeps()) recorder.entries.push(query);
    }
  }

  /** Takes a part of the request that somebody measured, by `performance.now()`. */
  layered(name: string, from: number, to: number, within: string | null = null): void {
    if (this.layers.length >= this.limit || this.ended !== null) return;
    this.layers.push({ name, from: from - this.began, to: to - this.began, within });
  }

  /** Ends the part that goes on and begins another, if it is named. */
  enters(name: string | null): void {
    if (this.rank < TIMINGS) return;
    const { phase } = this;
    if (phase !== null) this.leave(phase);
    this.phase = name === null ? null : { name, from: now(), within: null };
  }

  /** There was no such part after all: nobody said where it ends. */
  forgets(name: string): void {
    if (this.phase?.name === name) this.phase = null;
    for (const entry of this.entries) if (entry.layer === name) (entry as { layer: string | null }).layer = null;
  }

  leave({ name, from, within }: OpenLayer): void {
    this.layered(name, from, now(), within?.name ?? null);
  }

  /** Ends it; what is asked for afterwards is nobody's. The recording itself is made when it is asked for. */
  end(): void {
    if (this.ended !== null) return;
    this.enters(null);
    this.ended = now();
    if (this.#usedBefore !== null) this.used = processor() - this.#usedBefore;
    this.shared ||= state.begun - this.#begun > this.children;
    state.active -= 1;
    if (this.#isFollowed) unfollow();
    if (this.#isEverything) state.everything = this.#everythingBefore;
  }

  /** Ends it where it goes on, and tells those who listen. */
  finish(): Recording {
    this.end();
    const before = this.#recording?.deref();
    if (before !== undefined) return before;
    const recording = buildRecording(this);
    this.#recording = new WeakRef(recording);
    this.release();
    publish(recording);
    return recording;
  }

  /** A connection or a timer that was opened in a request holds its frame, and so this, for as long as it lives: nothing is to hang on it. */
  release(): void {
    this.entries.length = 0;
    this.layers.length = 0;
    this.texts.clear();
    this.#expected.clear();
    this.#shapes.clear();
  }
}

/** Until it is used again Node 20 has no hooks to call at every promise; 1.4 µs to switch it off and on. */
function unfollow(): void {
  state.followed -= 1;
  if (state.followed === 0 && state.everything === null) state.storage.disable();
}

function parentHere(): Recorder | null {
  const frame = state.storage.getStore();
  return frame === undefined ? state.everything : frame.recorder;
}

/** Whether it was there before; it is now, if there is room. */
function again(seen: Set<string>, text: string, limit: number): boolean {
  if (seen.has(text)) return true;
  if (seen.size < limit) seen.add(text);
  return false;
}

const IGNORED: Frame = { recorder: null, layer: null };

function publish(recording: Recording): void {
  if (state.listeners.size === 0) return;
  // What listeners ask of a database is no part of any request.
  if (parentHere() === null) tell(recording);
  else state.storage.run(IGNORED, () => tell(recording));
}

function tell(recording: Recording): void {
  for (const listener of state.listeners) {
    try {
      listener(recording);
    } catch (error) {
      swallow(error);
    }
  }
}
