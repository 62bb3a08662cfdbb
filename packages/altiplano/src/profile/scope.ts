import { type Captured, capture } from './call-site.ts';
import { now } from './clock.ts';
import { keyOf } from './held.ts';
import { readLevel } from './level.ts';
import { QueryEntry, type QueryStart } from './query-entry.ts';
import { type OpenLayer, Recorder, type RecordingOptions } from './recorder.ts';
import type { Level, Recording } from './recording.ts';
import { type Frame, state, swallow } from './state.ts';
import { kindOf, withoutComment } from './statement-kind.ts';

const NOBODY: Frame = { recorder: null, layer: null };

/** How much is noted of every request from now on. */
export function setLevel(level: Level, options: { readonly parameters?: boolean; readonly limit?: number } = {}): void {
  state.level = readLevel(level, 'level');
  state.parameters = options.parameters ?? state.parameters;
  state.limit = options.limit ?? state.limit;
}

export function currentLevel(): Level {
  return state.level;
}

/**
 * Runs work and answers with what it asked of the database.
 * @throws what the work throws; listeners have the recording nevertheless
 */
export async function record<T>(
  kind: Recording['kind'],
  work: () => T | Promise<T>,
  options: RecordingOptions = {},
): Promise<{ readonly value: T; readonly recording: Recording }> {
  const recorder = startRecording(kind, options);
  try {
    const value = await recorder.run(work);
    return { value, recording: recorder.finish() };
  } catch (error) {
    recorder.finish();
    throw error;
  }
}

/** For those who cannot wrap what they record: `run` what belongs to it, `finish` when it is over. */
export function startRecording(kind: Recording['kind'], options: RecordingOptions = {}): Recorder {
  return new Recorder(kind, options);
}

/** The recording that this code runs in. */
export function current(): Recorder | null {
  return state.storage.getStore()?.recorder ?? null;
}

/** Hears of every recording when it is over; the answer stops that. */
export function onRecording(listener: (recording: Recording) => void): () => void {
  state.listeners.add(listener);
  return () => state.listeners.delete(listener);
}

/** Runs a part of the request under a name; queries that it asks for are its. */
export function layer<T>(name: string, work: () => T): T {
  const frame = state.storage.getStore();
  const recorder = frame?.recorder ?? null;
  if (frame === undefined || recorder === null || recorder.rank === 0) return work();
  const open: OpenLayer = { name, from: now(), within: frame.layer ?? recorder.phase };
  try {
    const value = state.storage.run({ recorder, layer: open }, () => begun(work()));
    if (value instanceof Promise) return value.finally(() => recorder.leave(open)) as T;
    recorder.leave(open);
    return value;
  } catch (error) {
    recorder.leave(open);
    throw error;
  }
}

/** Builders run when they are asked for their result: here, where their queries are the layer's. */
function begun<T>(value: T): T {
  if (value instanceof Promise && value.constructor === Promise) return value;
  if (typeof value !== 'object' || value === null || !('then' in value) || typeof value.then !== 'function')
    return value;
  const thenable = value as unknown as PromiseLike<unknown>;
  return new Promise((resolve, reject) => thenable.then(resolve, reject)) as T;
}

/** Runs work of which nothing is noted: a store's own queries, a health check. */
export function ignore<T>(work: () => T): T {
  return state.storage.run(NOBODY, work);
}

/** Handlers of this server say themselves whose they are, so nobody has to follow it through its promises. */
export function tellsItself(server: object): void {
  state.telling.add(server);
}

/** Runs work, synchronously, whose queries its caller reports by itself. */
export function quietly<T>(work: () => T): T {
  state.quiet += 1;
  try {
    return work();
  } finally {
    state.quiet -= 1;
  }
}

/** The stack of one who awaited a builder, while that runs. */
let awaited: Captured | null = null;

export function stackOf(): Captured | null {
  return awaited;
}

/** Runs work, synchronously, whose queries were asked for where this stack is. */
export function withStack<T>(stack: Captured, work: () => T): T {
  const before = awaited;
  awaited = stack;
  try {
    return work();
  } finally {
    awaited = before;
  }
}

/** Whether so much is noted of a query asked for here. */
export function notes(rank: number): boolean {
  if (state.active === 0) return false;
  const frame = state.storage.getStore();
  let recorder = frame === undefined ? state.everything : frame.recorder;
  for (; recorder !== null; recorder = recorder.parent)
    if (recorder.rank >= rank && recorder.ended === null) return true;
  return false;
}

/** The stack of one who asks a pool, which asks the driver from elsewhere; null while that would not be kept. */
export function captureFor(text: string, isBare: boolean, below: (...parameters: never[]) => unknown): Captured | null {
  if (state.active === 0) return null;
  const frame = state.storage.getStore();
  let wants = false;
  let recorder = frame === undefined ? state.everything : frame.recorder;
  for (; recorder !== null; recorder = recorder.parent) wants = recorder.expects(text, isBare) || wants;
  return wants ? (awaited ?? capture(below)) : null;
}

/**
 * A query is asked for now. Null where nobody notes more than that: below `timings`, beyond the limit, outside a recording.
 * Its driver tells the answer how it goes on.
 */
export function startQuery(start: QueryStart): QueryEntry | null {
  if (state.active === 0) return null;
  const frame = state.storage.getStore();
  const recorder = frame === undefined ? state.everything : frame.recorder;
  if (recorder === null || recorder.ended !== null) return null;
  const since = now();
  try {
    return note(recorder, frame?.layer ?? recorder.phase, start);
  } catch (error) {
    swallow(error);
    return null;
  } finally {
    recorder.own += now() - since;
  }
}

function note(innermost: Recorder, open: OpenLayer | null, start: QueryStart): QueryEntry | null {
  const text = withoutComment(start.text);
  const kind = kindOf(text);
  const key = keyOf(text);
  const keepers: Recorder[] = [];
  const isBare = !start.values?.length;
  let wantsStack = false;
  for (let recorder: Recorder | null = innermost; recorder !== null; recorder = recorder.parent) {
    if (recorder.ended !== null) continue;
    const times = recorder.count(key, kind);
    if (!recorder.keeps()) continue;
    keepers.push(recorder);
    wantsStack = recorder.wantsStack(text, times, kind, isBare) || wantsStack;
  }
  if (keepers.length === 0) return null;
  const entry = new QueryEntry(start, kind, text, keepers, open?.name ?? null);
  if (wantsStack) {
    entry.site = start.site ?? null;
    if (entry.site === null) entry.captured = start.captured ?? start.wait?.captured ?? awaited ?? capture(startQuery);
  }
  for (const recorder of keepers) recorder.entries.push(entry);
  return entry;
}
