import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Recording } from '../recording.ts';
import { decodeRecording } from '../recording-json.ts';

/** The requests a program recorded into a file, from a moment on; `broken` lines are no recordings. */
export async function readRecordings(
  file: string,
  since: number,
  each: (recording: Recording) => void,
): Promise<{ readonly broken: number }> {
  let broken = 0;
  if (!existsSync(file)) return { broken };
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const recording = decodeRecording(line);
    if (recording === null) broken += line === '' ? 0 : 1;
    else if (recording.kind === 'request' && recording.startedAt >= since) each(recording);
  }
  return { broken };
}
