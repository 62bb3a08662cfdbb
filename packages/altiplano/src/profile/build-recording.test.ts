import { afterEach, expect, it } from 'vitest';
import { adviseRecording } from './advice/advise.ts';
import { diagnose } from './diagnose/diagnose.ts';
import type { QueryRecord, Recording } from './recording.ts';
import { setLevel, startQuery, startRecording } from './scope.ts';
import { findVerdicts } from './verdict/verdicts.ts';

type Asked = string | readonly [text: string, ...values: unknown[]];

/** The recording of what was asked, one after the other; each transaction has its number, and every answer these rows. */
function recordingOf(
  asked: readonly Asked[],
  level: Recording['level'] = 'stacks',
  rows: (text: string) => readonly object[] = () => [],
): Recording {
  const recorder = startRecording('test', { level });
  const connection = { number: 1, transaction: null as number | null };
  recorder.run(() => {
    asked.forEach((one, at) => {
      const [text, ...values] = typeof one === 'string' ? [one] : one;
      if (text === 'begin') connection.transaction = at;
      const data = rows(text);
      startQuery({ driver: 'pg', text, values, connection })?.ends({ rows: data.length, data });
      if (text === 'commit') connection.transaction = null;
    });
  });
  return recorder.finish();
}

const rulesOf = (recording: Recording) => findVerdicts(recording).map(({ rule }) => rule);
const hashesOf = ({ queries }: Recording, of: (query: QueryRecord) => unknown) => new Set(queries.map(of)).size;

afterEach(() => setLevel('off', { parameters: false }));

it.each([
  (tenant: number): Asked => `set local app.tenant = 'tenant-${tenant}'`,
  (tenant: number): Asked => `select set_config('app.tenant', 'tenant-${tenant}', true)`,
  (tenant: number): Asked => ['select set_config($1, $2, true)', 'app.tenant', `tenant-${tenant}`],
  (tenant: number): Asked => [`select set_config('app.tenant', 'tenant-${tenant}', $1)`, true],
])('a question in the name of another tenant is another one (%#)', (setting) => {
  const ask = (tenant: number) => ['begin', setting(tenant), 'select count(*) from invoices where open', 'commit'];
  expect(rulesOf(recordingOf([...ask(71), ...ask(72), ...ask(73)]))).not.toContain('duplicate');
  expect(rulesOf(recordingOf([...ask(71), ...ask(71), ...ask(71)]))).toContain('duplicate');
});

const DOCUMENT = 'x'.repeat(5_000);
const LIST = Array.from({ length: 250 }, (_, at) => 1_000 + at).join(', ');

it.each<[string, (value: number) => Asked]>([
  ['a document', (value) => `select * from calls where body = '${DOCUMENT}' and id = ${value}`],
  ['a document and a parameter', (value) => [`select * from calls where body = '${DOCUMENT}${value}' and id = $1`, 5]],
  ['200 values', (value) => `select * from calls where a in (${LIST}, ${value})`],
  ['a parameter besides', (value) => [`select * from calls where name = 'secret ${value}' and id = $1`, 5]],
])('texts that differ behind %s are told apart, and hidden', (_, ask) => {
  const different = recordingOf([57, 58, 59].map(ask));
  expect(rulesOf(different)).not.toContain('duplicate');
  expect(hashesOf(different, ({ parametersHash, literalsHash }) => `${parametersHash} ${literalsHash}`)).toBe(3);
  const same = recordingOf([57, 57, 57].map(ask));
  expect(rulesOf(same)).toContain('duplicate');
  const texts = [...different.queries, ...diagnose(different).queries].map(({ text }) => text);
  expect([...texts, ...different.texts.keys()].join()).not.toMatch(/\b5[789]\b|xxx|secret/);
});

it('hides what is written into a text that has, or seems to have, parameters', () => {
  const asked: readonly Asked[] = [["select * from t where mail='ann$5' and id=$1", 57], "select '$5 ann'"];
  const recording = recordingOf(asked, 'full');
  const texts = ['select * from t where mail= ? and id=$1', 'select ?'];
  expect(recording.queries.map(({ text }) => text)).toEqual(texts);
  expect([...recording.texts.keys()]).toEqual(texts);
  expect(diagnose(recording).queries.map(({ text }) => text)).toEqual(texts);
});

it.each(['counts', 'timings', 'stacks'] as const)('shows values at full alone, not at %s', (level) => {
  setLevel('off', { parameters: true });
  const asked: readonly Asked[] = ["select 'ann'", ["select 'ann', $1", 'bea']];
  expect([...recordingOf(asked, level).texts.keys()]).toEqual(['select ?', 'select ?, $1']);
  expect(recordingOf(asked, level).queries.every(({ parameters }) => parameters === null)).toBe(true);
  const full = recordingOf(asked, 'full');
  expect([...full.texts.keys()]).toEqual(["select 'ann'", "select 'ann', $1"]);
  expect(full.queries.map(({ parameters }) => parameters)).toEqual([[], ['bea']]);
  expect(diagnose(full).queries.map(({ text }) => text)).toEqual(["select 'ann'", "select 'ann', $1"]);
});

it('proves a loop over rows that hold documents', () => {
  const articles = [71, 72, 73, 74, 75].map((id) => ({ id, body: DOCUMENT, data: { a: 1 } }));
  const recording = recordingOf(
    [
      'select * from articles',
      ...articles.map(({ id }): Asked => ['select * from comments where article_id = $1', id]),
    ],
    'stacks',
    (text) => (text.includes('articles') ? articles : []),
  );
  expect(findVerdicts(recording)).toMatchObject([{ rule: 'n-plus-one', certainty: 'proved' }]);
});

it('advises without values, though they were asked for', () => {
  setLevel('off', { parameters: true });
  const counted = recordingOf(
    ["select count(*) > 0 from t where a = 'secret'", "select count(*) = 0 from t where a = 'secret'"],
    'full',
  );
  const loop = [71, 72, 73, 74, 75, 76, 77, 78, 79, 80].map(
    (id): Asked => ["select * from pets where kind = 'secret' and owner = $1", id],
  );
  const found = [...findVerdicts(counted), ...findVerdicts(recordingOf(loop, 'full'))];
  expect(found.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['count-as-exists', 'n-plus-one']));
  expect(found.map(({ remedy }) => remedy.sql)).toContain('select * from pets where kind = ? and owner = any($1)');
  expect(JSON.stringify(found)).not.toContain('secret');
});

it('has a text with parameters explained as it was sent, and shows its plan without values', async () => {
  const asked: string[] = [];
  const plan = [
    { Plan: { 'Node Type': 'Seq Scan', 'Index Name': 'i-57', Filter: "((mail = 'ann'::text) AND (id = $1))" } },
  ];
  const client = {
    query: async ({ text }: { readonly text: string }) => {
      asked.push(text);
      return { rows: text.startsWith('explain') ? [{ 'QUERY PLAN': plan }] : [] };
    },
  };
  const { plans } = await adviseRecording(client, recordingOf([["select * from t where mail = 'ann' and id = $1", 5]]));
  expect(asked).toContain("prepare altiplano_explained as select * from t where mail = 'ann' and id = $1");
  expect(plans.get(0)).toEqual([
    { Plan: { 'Node Type': 'Seq Scan', 'Index Name': 'i-57', Filter: '((mail = ?::text) AND (id = $1))' } },
  ]);
});
