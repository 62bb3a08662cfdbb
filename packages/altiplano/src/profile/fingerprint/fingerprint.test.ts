import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutValues } from '../literals.ts';
import { fingerprint, kindOf, shapeOf, tablesOf } from './fingerprint.ts';

const SHAPES: readonly [text: string, shape: string][] = [
  ["SELECT *  FROM Users WHERE id = 5 AND name = 'O''Brien' -- why", 'select * from users where id = ? and name = ?'],
  ["select 1 /*traceparent='00-a',route='%2Fusers'*/", 'select ?'],
  ['select /* outer /* inner */ still */ 1', 'select ?'],
  ['select * from t where id in ($1, $2,$3)', 'select * from t where id in (?)'],
  ['select * from t where id in ($1::uuid, $2::uuid)', 'select * from t where id in (?::uuid)'],
  ['select * from t where (a, b) in ((1, 2), (3, 4))', 'select * from t where (a, b) in ((?, ?))'],
  ['select * from t where id in (select id from u)', 'select * from t where id in (select id from u)'],
  ["select array['a', 'b']::text[]", 'select array[?]::text[]'],
  ['insert into t (a, b) values ($1, $2), ($3, default), (null, $4)', 'insert into t(a, b) values (?, ?)'],
  ['insert into t (a, b) values ($1, now()), ($2, now())', 'insert into t(a, b) values (?, now())'],
  ['insert into t values (1, (values (2), (3))), (4, (values (5)))', 'insert into t values (?, (values (?)))'],
  ['select * from "Users" where "Users"."Id" = $1', 'select * from "Users" where "Users"."Id" = ?'],
  ['select "a ""quoted"" -- name" from t', 'select "a ""quoted"" -- name" from t'],
  ["select $tag$ it's $1 -- $tag$, $$x$$", 'select ?, ?'],
  ["select E'it\\'s', e'', B'01', x'1F', N'a', U&'\\0061' from t", 'select ?, ?, ?, ?, ?, ? from t'],
  [
    'select a-1, a - -1, -1, +.5e-3, 1_000, 0x1F from t where b =-1 limit 10',
    'select a - ?, a - ?, ?, ?, ?, ? from t where b = ? limit ?',
  ],
  ['select + -1', 'select ?'],
  ['savepoint typeorm_17', 'savepoint typeorm_0'],
  ['ROLLBACK TO SAVEPOINT "sp_3_1"', 'rollback to savepoint "sp_0_0"'],
  ['fetch forward 100 from "cursor_12"', 'fetch forward ? from "cursor_0"'],
  ['declare c12 cursor for select * from t1', 'declare c0 cursor for select * from t1'],
  ['select 1;', 'select ?'],
  ["select 'not closed", 'select ?'],
  ['', ''],
];

describe('the shape of a statement', () => {
  for (const [text, shape] of SHAPES) {
    it(text === '' ? 'of nothing' : text, () => expect(shapeOf(text)).toBe(shape));
  }

  it('keeps operators of jsonb, which look like values', () => {
    expect(shapeOf("select data->>'a' from t where data ? 'k' and data ?| array['a']")).toBe(
      'select data ->> ? from t where data ? ? and data ?| array[?]',
    );
  });

  it('tells what differs in more than values', () => {
    const texts = [
      'select a from t',
      'select b from t',
      'select a from u',
      'select a from t where a = 1',
      'select a from t where a > 1',
    ];
    expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
  });

  it('is short', () => expect(fingerprint('select 1')).toMatch(/^[0-9a-f]{16}$/));
});

const FRAGMENTS = [
  ..."select from where in values ( ) , , ( ) [ ] ; . :: : := array 'a' 'b''c' E'\\' ' \" \"x\" \"y\"\"z\" u& U&\"d\" U&'d' $1 $22 $ $$ $a$ $a$ -- /* */ - + -1 1.5 .5 e5 0x1F 1_0 ? ?| -> ->> * / = <> ~ @ ! % null true default savepoint sp_1 fetch declare for as é İ t1 A_b $x \\ { } E e".split(
    ' ',
  ),
  ' ',
  '\n',
  "'",
  '\u0000',
];
const noise = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 40 })
  .chain((parts) => fc.constantFrom(parts.join(' '), parts.join('')));

describe('any text at all', () => {
  it('has a shape, which is its own shape', () => {
    fc.assert(
      fc.property(fc.oneof(noise, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const shape = shapeOf(text);
        expect(shapeOf(shape)).toBe(shape);
        expect(fingerprint(shape)).toBe(fingerprint(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('has the same shape without its values', () => {
    fc.assert(
      fc.property(fc.oneof(noise, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const masked = withoutValues(text);
        expect(shapeOf(masked)).toBe(shapeOf(text));
        expect(withoutValues(masked)).toBe(masked);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes a time that grows with its length, whatever is in it', () => {
    const hostile = [
      '(',
      'in (',
      'values (',
      "'",
      '$a',
      '$a$',
      '/*',
      '"',
      '-',
      'values ((1),',
      'in ((1,',
      '-- ',
      'array[',
      'from a,',
    ];
    for (const piece of hostile) {
      const short = timed(piece.repeat(4_000));
      // Eight times the text; 64 times the time would be the square of it. Wide, as the machine may be busy.
      expect(timed(piece.repeat(32_000)), piece).toBeLessThan(Math.max(short, 20) * 32);
    }
  }, 60_000);
});

function timed(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run += 1) {
    const from = process.cpuUsage();
    shapeOf(`${text} ${run}`);
    const { user } = process.cpuUsage(from);
    best = Math.min(best, user / 1_000);
  }
  return best;
}

const literal = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? '0' : String(value))),
  fc.string().map((value) => `'${value.replaceAll("'", "''")}'`),
  fc.string().map((value) => `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  fc.string().map((value) => `$q$${value.replaceAll('$', '')}$q$`),
  fc.nat({ max: 99 }).map((value) => `$${value + 1}`),
);
const TEMPLATES: readonly ((values: readonly string[]) => string)[] = [
  ([a, b]) => `select * from t where a = ${a} and b between ${b} and ${a}`,
  (values) => `select * from t where a in (${values.join(', ')}) order by a limit 5`,
  (values) => `insert into t (a, b) values ${values.map((value) => `(${value}, ${values[0]})`).join(',')} returning id`,
  (values) => `update t set a = array[${values.join(',')}] where b=${values[0]}`,
];

describe('values', () => {
  it('of any kind and number leave the fingerprint as it is', () => {
    const values = fc.array(literal, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...TEMPLATES), values, values, (template, first, second) => {
        expect(fingerprint(template(first))).toBe(fingerprint(template(second)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the kind of a statement', () => {
  const KINDS: Readonly<Record<string, readonly string[]>> = {
    read: [
      'select 1',
      '(select 1) union (select 2)',
      'with a as (select 1) select * from a for update',
      'table t',
      'copy t to stdout',
      'copy (select 1 from t) to stdout',
      'BEGIN; select 1; COMMIT',
    ],
    write: [
      'insert into t values (1)',
      '/* c */ UPDATE t set a = 1',
      'with a as (delete from t returning *) select * from a',
      'with a as (select 1) insert into t select * from a',
      'copy t from stdin',
      'merge into t using u on true when matched then do nothing',
    ],
    ddl: ['create table t ()', 'truncate t', 'refresh materialized view m'],
    transaction: [
      'begin',
      'START TRANSACTION isolation level serializable',
      'commit;',
      'rollback to savepoint a',
      'release savepoint a',
      "prepare transaction 'x'",
    ],
    setting: [
      'set local app.tenant = 1',
      "select set_config('a', $1, true)",
      "select pg_catalog.set_config('a', $1, true)",
      'reset all',
      'discard all',
    ],
    cursor: ['declare c cursor for select 1', 'fetch 10 from c', 'close c'],
    other: ['', 'call p()', 'listen x', 'do $$ begin end $$', 'prepare p as select 1'],
  };
  for (const [kind, texts] of Object.entries(KINDS)) {
    for (const text of texts) it(`${kind}: ${text}`, () => expect(kindOf(text)).toBe(kind));
  }
});

describe('the tables of a statement', () => {
  it('are those it reads and those it writes', () => {
    expect(named('select * from public.users u join "Posts" p on true, c')).toEqual([['users', 'Posts'], []]);
    expect(named('select * from a, b as x, only c where d in (select 1 from e)')).toEqual([['a', 'b', 'c', 'e'], []]);
    expect(named('insert into a select * from b')).toEqual([['b'], ['a']]);
    expect(named('insert into a values (1) on conflict do update set b = 1')).toEqual([[], ['a']]);
    expect(named('delete from only a using b where true')).toEqual([['b'], ['a']]);
    expect(named('update a set x = 1 from b')).toEqual([['b'], ['a']]);
    expect(named('select * from a for update')).toEqual([['a'], []]);
    expect(tablesOf('call p()').unknown).toBe(true);
  });
});

function named(text: string): [string[], string[]] {
  const tables = tablesOf(text);
  return [[...tables.read], [...tables.written]];
}
