import { expect, it } from 'vitest';
import type { QueryEntry } from './query-entry.ts';
import type { Recorder } from './recorder.ts';
import { startQuery, startRecording } from './scope.ts';
import { findVerdicts } from './verdict/verdicts.ts';

/** A recording that is not over, of what was asked. */
function recorderOf(work: () => void): Recorder {
  const recorder = startRecording('test', { level: 'stacks' });
  recorder.run(work);
  return recorder;
}

function ask(text: string, values: readonly unknown[] = [], rows: readonly object[] = []): void {
  startQuery({ driver: 'pg', text, values })?.ends({ rows: rows.length, data: rows });
}

it('what the program does with its arrays and rows afterwards changes nothing', () => {
  const [list, values] = [[1, 2], [7] as unknown[]];
  const rows = [{ id: 1 }, { id: 2 }];
  const { queries } = recorderOf(() => {
    ask('select * from a where b = $1', values, rows);
    ask('select * from a where b = any($1)', [list], rows);
    values[0] = 8;
    list.push(3);
    for (const row of rows) row.id += 70;
    ask('select * from a where b = $1', [7], [{ id: 1 }, { id: 2 }]);
    ask('select * from a where b = any($1)', [[1, 2]]);
  }).finish();
  const [one, many, oneAgain, manyAgain] = queries;
  expect([one?.parametersHash, many?.parametersHash]).toEqual([oneAgain?.parametersHash, manyAgain?.parametersHash]);
  expect(one?.columnHashes).toEqual(oneAgain?.columnHashes);
});

const LONG = 'x'.repeat(100_000);
const THOUSAND = Array.from({ length: 1_000 }, (_, at) => at);

it.each<[string, (at: number) => void]>([
  ['parameters', (at) => ask('update a set b = $1', [`${LONG}${at}`])],
  ['lists', (at) => ask('update a set b = $1', [[`${LONG}${at}`]])],
  ['documents', (at) => ask('update a set b = $1', [{ deep: [{ text: `${LONG}${at}` }] }])],
  ['bytes', (at) => ask('update a set b = $1', [Buffer.from(`${LONG}${at}`)])],
  ['texts', (at) => ask(`update a set b = '${LONG}${at + 1_000}'`)],
])('a recording holds a few megabytes of long %s and tells them apart', (_, each) => {
  const recorder = recorderOf(() => THOUSAND.forEach(each));
  const held = (recorder.entries as QueryEntry[]).map(
    ({ text, values }) => text.length + JSON.stringify(values).length,
  );
  const keys = [...recorder.texts.keys()].map(({ length }) => length);
  expect([...held, ...keys].reduce((sum, length) => sum + length, 0)).toBeLessThan(45_000_000);
  const recording = recorder.finish();
  expect(new Set(recording.queries.map(({ parametersHash }) => parametersHash)).size).toBe(1_000);
  expect(findVerdicts(recording).map(({ rule }) => rule)).not.toContain('duplicate');
});

it('and of rows', () => {
  const rows = Array.from({ length: 200 }, (_, id) => ({ id, text: 'x'.repeat(3_000) }));
  const recorder = recorderOf(() => {
    for (const at of THOUSAND.slice(0, 100)) ask('select * from a where b = $1', [at], rows);
  });
  const held = (recorder.entries as QueryEntry[]).filter(({ data }) => data !== null).length;
  expect([held > 0, held < 30]).toEqual([true, true]);
  recorder.finish();
});

it('many long texts of one length take no time of their square', () => {
  const texts = THOUSAND.map((at) => `insert into a values ('${LONG}${1_000 + at}')`);
  const from = process.cpuUsage();
  findVerdicts(
    recorderOf(() => {
      for (const text of texts) ask(text);
    }).finish(),
  );
  expect(process.cpuUsage(from).user / 1_000).toBeLessThan(3_000);
});
