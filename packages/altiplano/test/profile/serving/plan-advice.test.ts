import { describe, expect, test } from 'vitest';
import { answerAdmin } from '../../../src/profile/admin/answer.ts';
import { Collector } from '../../../src/profile/admin/collector.ts';
import { PlanAdvice } from '../../../src/profile/admin/plan-advice.ts';
import type { Owner, Viewer } from '../../../src/profile/admin/viewer.ts';
import type { RecommendationList } from '../../../src/profile/admin-api.ts';
import type { Finding } from '../../../src/profile/finding.ts';
import { queryOf, recordingOf } from '../recordings.ts';

const OWNER: Owner = { app: 'shop', tenant: 'one', user: 'u1' };
const READER: Viewer = { ...OWNER, everything: false, explains: true };
const INDEX = 'create index concurrently on public.bill (tenant_id);';

const missing = (text: string): Finding => ({
  ...{ rule: 'missing-index', level: 'warning', title: 'Missing index', detail: '', certainty: 'likely' },
  evidence: [{ queries: [], shape: text, site: null, figures: {} }],
  remedy: { text: '', sql: INDEX },
  key: `missing-index ${text}`,
});

/** Requests of one user with so many shapes each, the first of them the slowest. */
function asked(shapes: number, advise?: (text: string) => Promise<readonly Finding[]>) {
  const collector = new Collector('timings', () => []);
  const queries = Array.from({ length: shapes }, (_, index) =>
    queryOf(0, 1_000 - index, { driver: 'altiplano', text: `select ${'a'.repeat(index + 1)} from bill` }),
  );
  const write = queryOf(0, 9_000, { driver: 'altiplano', text: 'delete from bill', kind: 'write' });
  const half = queryOf(0, 9_000, { driver: 'altiplano', text: `select ${'x'.repeat(40_000)}` });
  for (const id of ['first', 'second'])
    collector.keepNow(recordingOf({ id, startedAt: Date.now(), queries: [...queries, write, half] }), OWNER);
  const explained: string[] = [];
  const plans = new PlanAdvice(async ({ queries: all }, ordinal) => {
    const text = all.find((one) => one.ordinal === ordinal)?.text ?? '';
    explained.push(text);
    return advise === undefined ? [] : advise(text);
  });
  const tell = async (query: string, viewer: Viewer = READER) => {
    const answered = await answerAdmin(
      { collector, plans },
      { path: 'recommendations', query: new URLSearchParams(query), viewer },
    );
    return answered.kind === 'found' ? (answered.body as RecommendationList) : answered;
  };
  return { tell, explained };
}

describe('plans', () => {
  test('are looked at only when that is asked for: the slowest of what reads, a few at a time, each once', async () => {
    const { tell, explained } = asked(10);
    expect(await tell('')).toEqual({ recommendations: [], plans: { shapes: 10, looked: 0, refused: 0 } });
    expect(explained).toEqual([]);
    await tell('plans=true');
    expect(explained).toEqual(Array.from({ length: 8 }, (_, index) => `select ${'a'.repeat(index + 1)} from bill`));
    expect(await tell('plans=true')).toMatchObject({ plans: { shapes: 10, looked: 10 } });
    await tell('plans=true');
    expect(explained).toHaveLength(10);
  });

  test('say one thing to do once, whichever shapes it is for, in as many requests as have one of them', async () => {
    const { tell } = asked(3, async (text) => [missing(text)]);
    await tell('plans=true');
    const { recommendations } = (await tell('')) as RecommendationList;
    expect(recommendations).toMatchObject([{ rule: 'missing-index', requests: 2, remedy: { sql: INDEX } }]);
    expect(recommendations[0]?.evidence.map(({ shape }) => shape)).toEqual([
      'select a from bill',
      'select aa from bill',
      'select aaa from bill',
    ]);
  });

  test('that the database refuses are counted, and not asked for again', async () => {
    const { tell, explained } = asked(2, async (text) => {
      if (text.includes('aa')) throw new Error('no such column');
      return [missing(text)];
    });
    expect(await tell('plans=true')).toMatchObject({
      recommendations: [{ rule: 'missing-index' }],
      plans: { shapes: 2, looked: 2, refused: 1 },
    });
    await tell('plans=true');
    expect(explained).toHaveLength(2);
  });

  test('looked at by two at once are asked for once', async () => {
    const { tell, explained } = asked(3);
    await Promise.all([tell('plans=true'), tell('plans=true')]);
    expect(explained).toHaveLength(3);
  });

  test('are for those who may have statements explained, of their own requests', async () => {
    const { tell, explained } = asked(2, async (text) => [missing(text)]);
    expect(await tell('plans=true', { ...READER, explains: false })).toEqual({
      kind: 'refused',
      scope: 'profile:explain',
    });
    expect(await tell('plans=true', { ...READER, user: 'u2' })).toEqual({
      recommendations: [],
      plans: { shapes: 0, looked: 0, refused: 0 },
    });
    expect(explained).toEqual([]);
    await tell('plans=true');
    expect(await tell('', { ...READER, explains: false })).toEqual({ recommendations: [], plans: null });
    expect(await tell('plans=maybe')).toMatchObject({ kind: 'wrong', parameter: 'plans' });
  });

  test('are not to be had of a program whose connection nobody knows', async () => {
    const answered = await answerAdmin(
      { collector: new Collector() },
      { path: 'recommendations', query: new URLSearchParams('plans=true'), viewer: READER },
    );
    expect(answered.kind).toBe('unknown');
  });
});
