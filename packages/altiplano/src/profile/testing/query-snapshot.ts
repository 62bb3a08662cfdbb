import { AssertionError } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isObject, parseJson } from '../verdict/read-json.ts';
import { linesOf } from './max-queries.ts';
import { type Measured, measure, type QueryOptions } from './queries.ts';

/** `2 × select * from posts where id = ?`, in the order of the alphabet: which of two comes first under `Promise.all` is chance. */
export async function queryShapes(work: () => unknown, options: QueryOptions = {}): Promise<readonly string[]> {
  return shapeLines(await measure(work, options));
}

function shapeLines({ shapes }: Measured<unknown>): readonly string[] {
  return [...shapes].sort((a, b) => (a.shape < b.shape ? -1 : 1)).map(({ shape, times }) => `${times} × ${shape}`);
}

/** Expected lines themselves, or where they are kept: a JSON file of lists by name. */
export type ExpectedShapes = readonly string[] | { readonly file: string; readonly name: string };

/**
 * Runs work, which has to send just these statements, whatever their values and order. A list that is kept in a file is written there the
 * first time, except on CI (`CI` set), and again with ALTIPLANO_UPDATE_QUERIES=1.
 * @throws AssertionError with what is new, what is gone, and from where it was sent
 */
export async function expectQuerySnapshot(
  work: () => unknown,
  expected: ExpectedShapes,
  options: QueryOptions = {},
): Promise<void> {
  const measured = await measure(work, options);
  const actual = shapeLines(measured);
  if ('file' in expected) compareKept(actual, expected, measured);
  else compare(actual, expected, measured);
}

function compareKept(
  actual: readonly string[],
  { file, name }: { file: string; name: string },
  measured: Measured<unknown>,
): void {
  const kept = existsSync(file) ? parseJson(readFileSync(file, 'utf8'), file) : {};
  if (!isObject(kept)) throw new Error(`${file} cannot be used: it has to be an object of lists by name`);
  const known = kept[name];
  const update = process.env.ALTIPLANO_UPDATE_QUERIES === '1';
  const isKept = Array.isArray(known);
  if (!update && (isKept || process.env.CI)) {
    compare(actual, isKept ? known.map(String) : [], measured);
    return;
  }
  const sorted = Object.entries({ ...kept, [name]: actual }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

function compare(actual: readonly string[], expected: readonly string[], { shapes }: Measured<unknown>): void {
  const sorted = [...expected].sort((a, b) => (withoutTimes(a) < withoutTimes(b) ? -1 : 1));
  const more = actual.filter((line) => !sorted.includes(line)).map((line) => `+ ${line}`);
  const gone = sorted.filter((line) => !actual.includes(line)).map((line) => `- ${line}`);
  if (more.length === 0 && gone.length === 0) return;
  throw new AssertionError({
    message: ['Other queries than expected:', ...gone, ...more, '', 'Sent were:', ...linesOf(shapes)].join('\n'),
    actual,
    expected: sorted,
    operator: 'expectQuerySnapshot',
    stackStartFn: expectQuerySnapshot,
  });
}

function withoutTimes(line: string): string {
  return line.replace(/^\d+ × /, '');
}
