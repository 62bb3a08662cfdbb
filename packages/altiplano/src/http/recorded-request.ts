import type { Recorder } from '../profile/recorder.ts';
import type { Recording, RequestFacts } from '../profile/recording.ts';
import { type Trace, traceOf } from '../profile/trace.ts';

/** A request of which something is noted, from its first hook to its answer. */
export class RecordedRequest {
  readonly recorder: Recorder;
  readonly trace: Trace;
  /** Whether `_profile=true` was said; whether its caller may is known only once it is known who it is. */
  readonly asked: boolean;
  #isOver = false;

  constructor(recorder: Recorder, asked: boolean) {
    this.recorder = recorder;
    this.trace = traceOf(recorder);
    this.asked = asked;
  }

  /** Once; null afterwards. */
  finish(request: RequestFacts): Recording | null {
    if (this.#isOver) return null;
    this.#isOver = true;
    this.recorder.request = request;
    return this.recorder.finish();
  }
}
