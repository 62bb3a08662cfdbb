import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { patchHttp } from '../../../src/profile/frameworks/http.ts';
import { onRecording, patchPg, type Recording, record, setLevel } from '../../../src/profile/index.ts';
import { QueryEntry } from '../../../src/profile/query-entry.ts';
import { Recorder } from '../../../src/profile/recorder.ts';
import { state } from '../../../src/profile/state.ts';

let pool: pg.Pool;
let server: Server;
let origin: string;
let failures: number;
let warnings: string[];
const hear = (warning: Error) => warnings.push(warning.name);

beforeAll(async () => {
  patchPg(pg);
  patchHttp();
  pool = new pg.Pool({ connectionString: inject('adminUrl'), max: 2 });
  server = createServer(async (_request, response) => {
    const { rows } = await pool.query('select $1::int as n', [5]);
    response.end(JSON.stringify(rows));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  setLevel('off');
  server.close();
  await pool.end();
});
beforeEach(() => {
  setLevel('stacks');
  failures = state.failures;
  warnings = [];
  process.on('warning', hear);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.off('warning', hear);
});

const broken = () => {
  throw new Error('planted');
};
const PLANTED: readonly (readonly [string, () => void])[] = [
  [
    'the processor cannot be asked',
    () => {
      if ('threadCpuUsage' in process)
        vi.spyOn(process as { threadCpuUsage(): void }, 'threadCpuUsage').mockImplementation(broken);
      else vi.spyOn(performance.nodeTiming, 'idleTime', 'get').mockImplementation(broken);
    },
  ],
  ['a query cannot be counted', () => vi.spyOn(Recorder.prototype, 'count').mockImplementation(broken)],
  ['a query cannot be ended', () => vi.spyOn(QueryEntry.prototype, 'ends').mockImplementation(broken)],
  ['an arrival cannot be noted', () => vi.spyOn(QueryEntry.prototype, 'arrives').mockImplementation(broken)],
  ['a recording cannot be made', () => vi.spyOn(Recorder.prototype, 'finish').mockImplementation(broken)],
  ['a recording cannot be ended', () => vi.spyOn(Recorder.prototype, 'end').mockImplementation(broken)],
];

test.each(PLANTED)('the answer is the same when %s', async (_, plant) => {
  const stop = onRecording(() => {});
  plant();
  const response = await fetch(origin);
  expect([response.status, await response.json()]).toEqual([200, [{ n: 5 }]]);
  await vi.waitFor(() => expect(state.failures).toBeGreaterThan(failures));
  stop();
});

test('a listener that fails keeps neither the work nor other listeners from the recording', async () => {
  const heard: Recording[] = [];
  const stops = [onRecording(broken), onRecording((recording) => heard.push(recording))];
  const { recording } = await record('test', () => pool.query('select 1'));
  for (const stop of stops) stop();
  expect(heard).toEqual([recording]);
  expect(state.failures).toBe(failures + 1);
});

test('parameters that cannot be printed are sent and noted', async () => {
  const hostile = { toPostgres: () => '7', toJSON: broken, toString: broken };
  const { value, recording } = await record('test', () => pool.query('select $1::int as n', [hostile]));
  expect(value.rows).toEqual([{ n: 7 }]);
  expect(recording.queries).toHaveLength(1);
});

test('what work throws is what a recording throws, and it is told nevertheless', async () => {
  const heard: Recording[] = [];
  const stop = onRecording((recording) => heard.push(recording));
  await expect(record('test', broken)).rejects.toThrow('planted');
  stop();
  expect(heard).toHaveLength(1);
});

test('at off, nothing is a recording', async () => {
  setLevel('off');
  const heard: Recording[] = [];
  const stop = onRecording((recording) => heard.push(recording));
  expect((await fetch(origin)).status).toBe(200);
  await new Promise((resolve) => setImmediate(resolve));
  stop();
  expect(heard).toEqual([]);
});

test('a level that is none is refused', () => {
  expect(() => setLevel('timing' as never)).toThrow('off, counts, timings, stacks, full');
});
