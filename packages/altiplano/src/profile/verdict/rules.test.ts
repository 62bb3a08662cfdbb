import { describe, expect, it } from 'vitest';
import { type Ask, recordingOf, type Step, siteAt } from '../../../test/profile/oracle/trace.ts';
import type { Recording } from '../recording.ts';
import { findVerdicts } from './verdicts.ts';

function rulesOf(steps: readonly Step[], facts: Partial<Recording> = {}): readonly string[] {
  return findVerdicts(recordingOf(steps, facts)).map(({ rule, certainty }) => `${rule} ${certainty}`);
}

const many = { text: 'select id from posts', columns: { id: [1, 2, 3, 4, 5] }, rows: 5 };
const author = (id: number, line = 1): Ask => ({
  text: 'select * from authors where id = $1',
  parameters: [id],
  site: siteAt(line),
});

describe('a loop', () => {
  it('needs five of them in production and three in a test', () => {
    expect(rulesOf([many, author(1), author(2), author(3), author(4)])).toEqual([]);
    expect(rulesOf([many, author(1), author(2), author(3), author(4), author(5)])).toEqual(['n-plus-one proved']);
    expect(rulesOf([many, author(1), author(2), author(3)], { kind: 'test' })).toEqual(['n-plus-one proved']);
  });

  it('is likely where the rows were not kept, and none where there was one row', () => {
    const loop = [1, 2, 3, 4, 5].map((id) => author(id));
    expect(rulesOf([{ ...many, columns: {} }, ...loop])).toEqual(['n-plus-one likely']);
    expect(rulesOf([{ text: 'select id from posts where id = $1', parameters: [9], rows: 1 }, ...loop])).toEqual([]);
  });

  it('is one in each place, so five places are none', () => {
    expect(rulesOf([many, ...[10, 20, 30, 40, 50, 60].map((id) => author(id, id))])).toEqual([]);
  });

  it('beats the repetitions in it', () => {
    const steps = [...[1, 2, 3, 4, 5], ...[1, 2, 3, 4, 5]].map((id) => author(id));
    expect(rulesOf([many, ...steps])).toEqual(['n-plus-one proved']);
  });

  it('runs over a list asked for once rather than over a loop beside it', () => {
    const tags = [1, 2, 3, 4, 5].map(
      (id): Ask => ({ text: 'select * from tags where post = $1', parameters: [id + 70], rows: 2 }),
    );
    const [first] = findVerdicts(
      recordingOf([{ ...many, columns: {} }, ...tags, ...[1, 2, 3, 4, 5].map((id) => author(id))]),
    ).filter(({ title }) => title.includes('authors'));
    expect(first?.title).toContain('one for each row of posts');
  });

  it('runs over the column that is called like what it is compared with, where several have the values', () => {
    const loop = [1, 2, 3, 4, 5].map((id) => ({ text: 'select * from lines where order_id = $1', parameters: [id] }));
    const values = [1, 2, 3, 4, 5];
    const [first] = findVerdicts(
      recordingOf([
        { text: 'select id, tag_id from orders', columns: { tag_id: values, id: values } },
        { text: 'select id from tags', columns: { id: values } },
        ...loop,
      ]),
    );
    expect(first?.detail).toContain('column “id” of “select id, tag_id from orders”');
  });

  it('over other rows than those before is no proof', () => {
    expect(rulesOf([many, ...[71, 72, 73, 74, 75].map((id) => author(id))])).toEqual(['n-plus-one likely']);
  });
});

describe('lists', () => {
  const listed = (text: string, parametersOf: (id: number) => readonly unknown[]) => [
    many,
    ...[1, 2, 3, 4, 5].map((id): Ask => ({ text, parameters: parametersOf(id) })),
  ];

  it('that are always the same make no batch of a loop', () => {
    expect(
      rulesOf(listed('select * from c where post_id = $1 and status = any($2)', (id) => [id, ['a', 'b']])),
    ).toEqual(['n-plus-one proved']);
    expect(rulesOf(listed(`select * from c where post_id = $1 and kind in ('a', 'b')`, (id) => [id]))).toEqual([
      'n-plus-one proved',
    ]);
    expect(rulesOf(listed('select * from c where kind in ($2, $3) and post_id = $1', (id) => [id, 'a', 'b']))).toEqual([
      'n-plus-one proved',
    ]);
    const written = [1, 2, 3, 4, 5].map(
      (id): Ask => ({ text: `select * from c where kind in ('a', 'b') and post_id = ${id}` }),
    );
    expect(rulesOf([many, ...written])).toEqual(['n-plus-one proved']);
    const updates = [1, 2, 3, 4, 5].map(
      (id): Ask => ({ text: `update c set a = 1 where kind in ('a', 'b') and id = $1`, parameters: [id] }),
    );
    expect(rulesOf(updates)).toEqual(['write-n-plus-one likely']);
  });

  it('may be as long as they like', () => {
    const twelve = Array.from({ length: 12 }, (_, at) => `'kind ${at}'`);
    expect(rulesOf(listed(`select * from c where kind in (${twelve}) and post_id = $1`, (id) => [id]))).toEqual([
      'n-plus-one proved',
    ]);
    expect(rulesOf(listed('select * from c where kind = any($2) and post_id = $1', (id) => [id, twelve]))).toEqual([
      'n-plus-one proved',
    ]);
    const places = twelve.map((_, at) => `$${at + 2}`);
    expect(
      rulesOf(listed(`select * from c where kind in (${places}) and post_id = $1`, (id) => [id, ...twelve])),
    ).toEqual(['n-plus-one proved']);
  });

  it('of a few values for each row are a loop, slices of a long list are none', () => {
    const slices = (length: number) =>
      listed('select * from c where id = any($1)', (id) => [Array.from({ length }, (_, at) => id * 100 + at)]);
    expect(rulesOf(slices(3))).toEqual(['n-plus-one likely']);
    expect(rulesOf(slices(10))).toEqual([]);
    const written = (length: number) =>
      [1, 2, 3, 4, 5].map(
        (id): Ask => ({ text: `select * from c where id in (${Array.from({ length }, (_, at) => id * 100 + at)})` }),
      );
    expect(rulesOf([many, ...written(3)])).toEqual(['n-plus-one likely']);
    expect(rulesOf([many, ...written(10)])).toEqual([]);
  });
});

describe('texts that a user had a hand in', () => {
  it('stop nobody', () => {
    const spaces = ' '.repeat(20_000);
    const letters = 'a'.repeat(20_000);
    const loop = (value: string) => [
      many,
      ...[1, 2, 3, 4, 5, 6, 7, 8].map(
        (id): Ask => ({ text: `select * from c where name = '${value}' and post_id = $1`, parameters: [id] }),
      ),
    ];
    const count: Ask = {
      text: `select count(*) from m where name = '${spaces}' and role = '${letters}'`,
      layer: 'permission',
    };
    const from = process.cpuUsage();
    expect(rulesOf([...loop(letters), ...loop(spaces), count])).toContain('n-plus-one proved');
    // Minutes before; a second is far from both.
    expect(process.cpuUsage(from).user).toBeLessThan(1_000_000);
  });
});

describe('slow', () => {
  it('is what the database takes, not what the program was busy with', () => {
    expect(rulesOf([{ text: 'select 1 from a', took: 600 }])).toEqual(['slow-query proved']);
    expect(rulesOf([{ text: 'select 1 from a', took: 600 }], { blocked: 590 })).toEqual([]);
  });
});

describe('pages', () => {
  const page = (region: number, offset: number): Ask => ({
    text: 'select * from a where region = $1 order by id limit 1000 offset $2',
    parameters: [region, offset],
    rows: 1_000,
  });
  it('of one list add up, of several do not', () => {
    expect(rulesOf([0, 1_000, 2_000].map((offset) => page(1, offset)))).toEqual(['deep-offset likely']);
    expect(rulesOf([1, 2, 3, 4].map((region) => page(region, 0)))).toEqual([]);
  });
});

describe('a repetition', () => {
  const read: Ask = { text: 'select * from a where b = $1', parameters: [1] };
  it('is none where what it read was written between, from whatever transaction', () => {
    expect(rulesOf([read, { text: 'update a set b = 2' }, read])).toEqual([]);
    expect(rulesOf([read, { text: 'call change()' }, read])).toEqual([]);
    expect(rulesOf([read, { text: 'update c set b = 2' }, read])).toEqual(['duplicate likely']);
    expect(
      rulesOf([read, { text: 'update a set b = 2', transaction: 1 }, { text: 'rollback', transaction: 1 }, read]),
    ).toEqual(['duplicate likely']);
  });

  it('is none for another tenant, and is one for the same', () => {
    const asTenant = (tenant: number, transaction: number): Ask[] => [
      { text: 'begin', transaction },
      { text: "select set_config('app.tenant', $1, true)", parameters: [tenant], transaction },
      { ...read, transaction },
      { text: 'commit', transaction },
    ];
    expect(rulesOf([...asTenant(7, 1), ...asTenant(8, 2), ...asTenant(9, 3)])).toEqual([]);
    expect(rulesOf([...asTenant(7, 1), ...asTenant(7, 2), ...asTenant(7, 3)])).toEqual(['duplicate likely']);
  });

  it('fails nothing when it is one; two do', () => {
    const levels = [2, 3].map(
      (times) => findVerdicts(recordingOf(Array.from({ length: times }, () => read)))[0]?.level,
    );
    expect(levels).toEqual(['info', 'warning']);
  });
});

describe('waiting', () => {
  it('for a connection is told with BEGIN, and within a transaction it is none', () => {
    const begin: Ask = { text: 'begin', transaction: 1 };
    const read: Ask = { text: 'select * from a', transaction: 1 };
    expect(rulesOf([{ ...begin, waits: 80 }, read])).toEqual(['pool-wait proved']);
    expect(rulesOf([begin, { ...read, waits: 80 }])).toEqual([]);
  });
});

describe('counts alone', () => {
  it('tell of too many statements and no more', () => {
    const texts = new Map([['select 1', 99]]);
    expect(rulesOf([], { level: 'counts', queries: [], statements: 99, texts })).toEqual(['chatty likely']);
    expect(rulesOf([], { level: 'counts', queries: [], statements: 99, texts, kind: 'job' })).toEqual([]);
  });
});

describe('writes in transactions of their own', () => {
  it('may be meant', () => {
    const writes = [1, 2, 3, 4, 5].map((id) => ({
      text: 'update a set b = 1 where id = $1',
      parameters: [id],
      transaction: id,
    }));
    expect(findVerdicts(recordingOf(writes)).map(({ rule, level }) => [rule, level])).toEqual([
      ['write-n-plus-one', 'info'],
    ]);
  });
});
