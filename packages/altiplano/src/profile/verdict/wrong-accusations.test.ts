import { describe, expect, it } from 'vitest';
import { type Ask, recordingOf, type Step, siteAt } from '../../../test/profile/oracle/trace.ts';
import { findVerdicts } from './verdicts.ts';

const found = (steps: readonly Step[]) => findVerdicts(recordingOf(steps));
const rulesOf = (steps: readonly Step[]) => found(steps).map(({ rule, certainty }) => `${rule} ${certainty}`);
const FIVE = [1, 2, 3, 4, 5];

const author = (id: number, more: Partial<Ask> = {}): Ask => ({
  text: 'select * from authors where id = $1',
  parameters: [id],
  site: siteAt(1),
  ...more,
});

describe('what a loop runs over', () => {
  it('has a row for each turn: of two rows nothing is asked for five times', () => {
    const settings: Ask = { text: 'select name, value from settings', rows: 2 };
    expect(rulesOf([settings, ...FIVE.map((id) => author(id))])).toEqual([]);
    expect(rulesOf([{ ...settings, rows: 5 }, ...FIVE.map((id) => author(id))])).toEqual(['n-plus-one likely']);
  });

  it('is no function by itself', () => {
    const posts: Ask = { text: 'select id from posts', rows: 5 };
    const each = (text: string) => [posts, ...FIVE.map((id): Ask => ({ text, parameters: [id], site: siteAt(1) }))];
    expect(rulesOf(each('select pg_notify($1, current_user)'))).toEqual([]);
    expect(rulesOf(each('select pg_advisory_xact_lock($1)'))).toEqual([]);
    expect(rulesOf(each("select set_config('app.tenant', $1, true), now()"))).toEqual([]);
    expect(rulesOf(each('select * from comments_of($1)'))).toEqual(['n-plus-one likely']);
  });
});

describe('the first of a shape, whose place was not noted', () => {
  it('is of the place that comes next', () => {
    const [few, many] = [siteAt(10), siteAt(20)];
    const steps = [
      ...[91, 92].map((id) => author(id, { site: few })),
      { text: 'select id from posts', rows: 5, columns: { id: FIVE } },
      ...FIVE.map((id) => author(id, { site: many })),
    ];
    expect(found(steps)).toMatchObject([{ rule: 'n-plus-one', evidence: [{ queries: [3, 4, 5, 6, 7] }, {}] }]);
  });
});

describe('a count', () => {
  it.each([
    'select count(*) > 0 as has_some, count(*) as total from members',
    'select count(*) > 0 from members group by team',
    'select count(*) > 0, max(joined_at) from members',
    'select (select count(*) from members) > 0, (select count(*) from teams)',
    'select count(*) > 0 from members order by count(*)',
  ])('that is used for more than its being zero is no EXISTS: %s', (text) => {
    expect(rulesOf([{ text }])).toEqual([]);
  });

  it('that is compared wherever it stands is one', () => {
    const text = 'select count(*) > 0, (select count(*) from teams) = 0 from members';
    expect(rulesOf([{ text }])).toEqual(['count-as-exists proved']);
  });
});

describe('a transaction that was rolled back', () => {
  const inside = { transaction: 1 };
  const rolledBack = (steps: readonly Ask[]): readonly Ask[] => [
    { text: 'begin', ...inside },
    ...steps.map((step) => ({ ...step, ...inside })),
    { text: 'rollback', ...inside },
  ];

  it('may have a loop, of reads or of writes', () => {
    const posts: Ask = { text: 'select id from posts', rows: 5, columns: { id: FIVE } };
    expect(rulesOf(rolledBack([posts, ...FIVE.map((id) => author(id))]))).toEqual(['n-plus-one proved']);
    const writes = FIVE.map((id): Ask => ({ text: 'update a set b = 1 where id = $1', parameters: [id] }));
    expect(rulesOf(rolledBack(writes))).toEqual(['write-n-plus-one likely']);
  });

  it('and tried again is one loop of as many as one try has', () => {
    const tries = [1, 2, 3].flatMap((transaction) => {
      const reads = [1, 2, 3].map((id) => author(id + transaction * 10, { transaction }));
      return [{ text: 'begin', transaction }, ...reads, { text: 'rollback', transaction }];
    });
    expect(rulesOf([{ text: 'select id from posts', rows: 9 }, ...tries])).toEqual([]);
  });
});

describe('a function that nobody knows', () => {
  const read: Ask = { text: 'select * from accounts where id = $1', parameters: [1] };
  const levelAround = (text: string) => found([read, { text }, read, { text }, read]).map(({ level }) => level);
  it('may have written between reads, so they fail nothing; one of PostgreSQL has not', () => {
    expect(levelAround('select charge(7)')).toEqual(['info']);
    expect(levelAround('select * from bank.charge(7) as t')).toEqual(['info', 'info']);
    expect(levelAround('select now(), coalesce(null, lower(?))')).toEqual(['warning']);
    expect(levelAround('select * from accounts where rank(id) > 1')).toEqual(['warning', 'info']);
  });

  it('may not be asked in vain when it is asked again', () => {
    const ask: Ask = { text: 'select * from next_job($1)', parameters: ['mail'] };
    expect(found([ask, ask, ask])).toMatchObject([
      { level: 'info', detail: expect.stringContaining('unless a function') },
    ]);
  });
});
