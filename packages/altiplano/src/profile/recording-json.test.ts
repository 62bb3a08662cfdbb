import { expect, test } from 'vitest';
import type { Recording } from './recording.ts';
import { decodeRecording, encodeRecording } from './recording-json.ts';

const QUERY = {
  ordinal: 0,
  driver: 'pg',
  text: 'select id, name from "user" where note = \'a\nb\'',
  kind: 'read',
  asked: 1,
  acquired: 1.5,
  answered: 3,
  decoded: 3.25,
  rows: 2,
  error: null,
  parametersHash: null,
  parameterHashes: [['a'], ['b', 'c']],
  parameters: null,
  columnHashes: { id: new Set(['x', 'y']), name: new Set<string>() },
  connection: 1,
  transaction: null,
  layer: null,
  site: { file: 'user.js', line: 3, column: 9, function: 'list' },
  label: null,
} as const;

const RECORDING: Recording = {
  id: 'r1',
  kind: 'request',
  level: 'stacks',
  startedAt: 1_700_000_000_000,
  duration: 4.5,
  request: { framework: 'express', method: 'GET', path: '/users', route: '/users', status: 200 },
  queries: [QUERY, { ...QUERY, ordinal: 1, columnHashes: null }],
  statements: 2,
  dropped: 0,
  texts: new Map([[QUERY.text, 2]]),
  layers: [],
  processor: 1,
  shared: false,
  blocked: 0,
  own: 0.1,
};

test('what is written on one line is read back equal', () => {
  const line = encodeRecording(RECORDING);
  expect(line).not.toContain('\n');
  expect(decodeRecording(line)).toEqual(RECORDING);
});

test.each([['{"id":"r1","quer'], [''], ['null'], ['7'], ['{}']])('%j is no recording', (line) => {
  expect(decodeRecording(line)).toBeNull();
});
