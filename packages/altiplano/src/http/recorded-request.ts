import type { Recorder } from '../profile/recorder.ts';
import type { Recording, RequestFacts } from '../profile/recording.ts';
import { type Trace, traceOf } from '../profile/trace.ts';

/** A request of which something is noted, from its first hook to its answer. */
export class RecordedRequest {
  readonly recorder: Recorder;
  readonly trace: Trace;
  /** Whether `_profile=true` was said; whether its caller may is known only once it is known who it is. */
  readonly asked: boolean;
  readonly #isShared: () => boolean;
  #isOver = false;

  /** @param isShared whether another request was at work on this thread meanwhile */
  constructor(recorder: Recorder, asked: boolean, isShared: () => boolean) {
    this.#isShared = isShared;
    this.recorder = recorder;
    this.trace = traceOf(recorder);
    this.asked = asked;
  }

  /** Once; null afterwards. */
  finish(request: RequestFacts): Recording | null {
    if (this.#isOver) return null;
    this.#isOver = true;
    this.recorder.request = request;
    this.recorder.end();
    // Those of which nothing is noted take the thread just as well.
    this.recorder.shared ||= this.#isShared();
    return this.recorder.finish();
  }
}
