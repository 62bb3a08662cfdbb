import { closeSync, openSync, writeSync } from 'node:fs';
import type { Recording } from './recording.ts';
import { encodeRecording } from './recording-json.ts';
import { onRecording } from './scope.ts';
import { swallow } from './state.ts';

/** Every recording as a line of JSON at the end of a file, for `altiplano profile` and whoever reads it. */
export function writeTo(file: string): void {
  const descriptor = openSync(file, 'a');
  const stop = onRecording((recording) => writeSync(descriptor, `${encodeRecording(recording)}\n`));
  process.once('exit', () => {
    stop();
    try {
      closeSync(descriptor);
    } catch (error) {
      swallow(error);
    }
  });
}

/** One line of each request of which there is something to say, on stderr; nothing of the others. */
export function tellFindings(): void {
  onRecording((recording) => {
    const line = lineOf(recording);
    if (line !== null) process.stderr.write(`${line}\n`);
  });
}

/** From this many times on a text is worth a line. */
const OFTEN = 5;

function lineOf({ texts, request, statements, duration }: Recording): string | null {
  const [text, times] = [...texts].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0]);
  if (times < OFTEN || request === null) return null;
  const shown = text.replace(/\s+/g, ' ').slice(0, 100);
  return `altiplano: ${request.method} ${request.route} ${request.status} sent ${statements} statements in ${duration.toFixed(0)} ms, one of them ${times} times: ${shown}`;
}
