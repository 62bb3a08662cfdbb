import { closeSync, openSync, writeSync } from 'node:fs';
import type { Finding } from './finding.ts';
import type { Recording } from './recording.ts';
import { encodeRecording } from './recording-json.ts';
import { onRecording } from './scope.ts';
import { swallow } from './state.ts';
import { isStatement, kindOf } from './statement-kind.ts';
import { findVerdicts } from './verdict/verdicts.ts';

/**
 * Every recording as a line of JSON at the end of a file, for `altiplano profile` and whoever reads it. A new file is its owner's alone; one
 * that is there (a pipe, a file that a group may read) keeps its mode, which somebody chose.
 */
export function writeTo(file: string): void {
  const descriptor = openSync(file, 'a', 0o600);
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

/** Below `timings` there are no queries to find anything in, but how often each was sent. */
function lineOf(recording: Recording): string | null {
  const { request, statements, duration } = recording;
  if (request === null) return null;
  const told =
    recording.level === 'counts' ? oftenSent(recording) : findVerdicts(recording).filter(isGrave).map(titleOf);
  if (told.length === 0) return null;
  const { method, route, status } = request;
  return `altiplano: ${method} ${route} ${status}, ${statements} statements, ${duration.toFixed(0)} ms: ${told.join('; ')}`;
}

function isGrave({ level }: Finding): boolean {
  return level !== 'info';
}

function titleOf({ rule, title, evidence }: Finding): string {
  const site = evidence.find((one) => one.site !== null)?.site;
  const place = site === undefined || site === null || title.includes(site.file) ? '' : ` (${site.file}:${site.line})`;
  return `${rule}: ${title}${place}`;
}

/** From this many times on a text is worth a line. */
const OFTEN = 5;

function oftenSent({ texts }: Recording): readonly string[] {
  return [...texts]
    .filter(([text, times]) => times >= OFTEN && isStatement(kindOf(text)))
    .map(([text, times]) => `${times} times ${text.replace(/\s+/g, ' ').slice(0, 100)}`);
}
