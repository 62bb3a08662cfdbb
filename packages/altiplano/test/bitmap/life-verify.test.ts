import { beforeAll, describe, expect, test } from 'vitest';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { useDatabase } from '../support/database.ts';
import { emptyShop, FIRST, fill, findings, foldAll, one, run, SCHEMA, SECOND, verify } from './life-library.ts';

const database = useDatabase(emptyShop);
const plant = (text: string) => run(database.url(), text);

/** One segment in the middle, by its number. */
const MIDDLE = `(select segment from article_bitmap_segment where shop_id = '${FIRST}' order by segment offset 1 limit 1)`;
const OF_MIDDLE = `shop_id = '${FIRST}' and segment = ${MIDDLE}`;
const A_ROW = `(select ids[2] from article_bitmap_block where ${OF_MIDDLE} and block = 1)`;
/** Past the triggers. */
const UNSEEN = 'set session_replication_role = replica;';

beforeAll(async () => {
  await fill(database.url(), 1_000, { quiet: true });
  await buildBitmaps(database.url(), SCHEMA);
});

test('nothing is found where nothing is wrong, folded or not', async () => {
  expect(await verify(database.url())).toMatchObject({ rows: 1_000, findings: [], left: [] });
  await fill(database.url(), 100, { from: 1_001 });
  await plant(`update article set kind = 'changed', title = 'Other', price = 7 where made_at < '2024-01-01 01:00Z';
    delete from article where id in (select id from article order by id limit 5)`);
  expect(await findings(database.url())).toEqual([]);
  await foldAll(database.url());
  expect(await findings(database.url())).toEqual([]);
  expect(await verify(database.url(), { sample: 2 })).toMatchObject({ segments: 2, findings: [] });
});

describe('each fault is found, named and mended', () => {
  test.each([
    [
      'a flipped bit',
      `update article_bitmap set bits = set_bit(bits, 9, 1 - get_bit(bits, 9)) where term = 'live' and ${OF_MIDDLE}`,
      /^bitmap-term .*term "live" of 1 rows/,
    ],
    [
      'a term that is gone',
      `delete from article_bitmap where term = 'kind=book' and ${OF_MIDDLE}`,
      /^bitmap-term .*"kind=book" .*is not kept/,
    ],
    [
      'a term that never was',
      `insert into article_bitmap select shop_id, 'ghost', segment, bits from article_bitmap where term = 'live' and ${OF_MIDDLE}`,
      /^bitmap-term .*"ghost" .*is kept, but not there/,
    ],
    [
      'bits of another length',
      `update article_bitmap set bits = substring(bits for 40) where term = 'kind' and ${OF_MIDDLE}`,
      /^bitmap-term .*(another length|is not kept)/,
    ],
    [
      'a row that no trigger saw coming',
      `${UNSEEN} insert into article (id, shop_id, made_at, kind) values (gen_random_uuid(), '${FIRST}', now(), 'late')`,
      /^bitmap-row .*row [0-9a-f-]{36} .*is not kept/,
    ],
    [
      'a row that no trigger saw going',
      `${UNSEEN} delete from article where id = ${A_ROW}`,
      /^bitmap-term .*is kept, but not there/,
    ],
    [
      'a change that no trigger saw',
      `${UNSEEN} update article set kind = 'unseen' where id = ${A_ROW}`,
      /^bitmap-term .*"kind=unseen"/,
    ],
    [
      'a link that no trigger saw',
      `${UNSEEN} delete from article_tag where article_id = ${A_ROW}`,
      /^bitmap-term .*"article_tag=/,
    ],
    [
      'an entry that is not true',
      `insert into article_bitmap_tail (generation, shop_id, made_at, id, plus)
       select 0, shop_id, made_at, id, '{ghost}' from article where id = ${A_ROW}`,
      /^bitmap-term .*"ghost" of 1 rows/,
    ],
    [
      'an entry that counts twice',
      `insert into article_bitmap_tail (generation, shop_id, made_at, id, plus)
       select 0, shop_id, made_at, id, '{sold=true,sold=false}' from article where id = ${A_ROW}`,
      /^bitmap-term .*counted twice/,
    ],
    [
      'an entry of a row that is not there',
      `insert into article_bitmap_tail (generation, shop_id, made_at, id, born, plus)
       values (0, '${FIRST}', now(), gen_random_uuid(), 1, '{live}')`,
      /^bitmap-row .*is kept, but not there/,
    ],
    [
      'a value in the bins',
      `update article_bitmap_price set "values"[1] = "values"[1] + 0.5 where "values" is not null and ${OF_MIDDLE}`,
      /^bitmap-range .*price .*/,
    ],
    [
      'what lies below a bin',
      `update article_bitmap_price set bits = set_bit(bits, 3, 1 - get_bit(bits, 3)) where bin = 1 and not listed and ${OF_MIDDLE}`,
      /^bitmap-bins .*bin /,
    ],
    [
      'a bin that is gone',
      `delete from article_bitmap_price where not listed and middle = 'NaN' and ${OF_MIDDLE}`,
      /^bitmap-bins .*nothing closes it/,
    ],
    [
      'the rows of a bin that are gone',
      `delete from article_bitmap_price where listed and bin = 1 and ${OF_MIDDLE}`,
      /^bitmap-bins .*bin 1 .*its rows are gone/,
    ],
    [
      'a list out of order',
      `update article_bitmap_price set "values" = "values"[8:] || "values"[:7], slots = slots[8:] || slots[:7]
       where "values"[1] <> "values"[8] and ${OF_MIDDLE}`,
      /^bitmap-bins .*its list is out of order/,
    ],
    [
      'a middle that is elsewhere',
      `update article_bitmap_price set before = before + 1 where listed and bin = 1 and ${OF_MIDDLE}`,
      /^bitmap-bins .*bin 1 .*its middle is elsewhere/,
    ],
    [
      'a bin that begins elsewhere',
      `update article_bitmap_price_lows set lows[2] = lows[2] + 1e6 where ${OF_MIDDLE}`,
      /^bitmap-bins .*bin /,
    ],
    [
      'a segment without bins',
      `delete from article_bitmap_price where ${OF_MIDDLE}`,
      /^bitmap-bins .*nothing is left of it/,
    ],
    [
      'a segment said to have a value in every row',
      `update article_bitmap_price_lows set whole = true where shop_id = '${SECOND}'`,
      /^bitmap-bins .*not all rows have a value/,
    ],
    [
      'keys of two places changed',
      `update article_bitmap_block set ids = ids[2:2] || ids[1:1] || ids[3:], made_ats = made_ats[2:2] || made_ats[1:1] || made_ats[3:] where block = 1 and ${OF_MIDDLE}`,
      /^bitmap-term .*/,
    ],
    [
      'a block that is gone',
      `delete from article_bitmap_block where block = 1 and ${OF_MIDDLE}`,
      /^bitmap-block .*the block before it is missing/,
    ],
    [
      'blocks that begin elsewhere',
      `update article_bitmap_block set low_made_at = low_made_at + interval '1 day' where block = 1 and ${OF_MIDDLE}`,
      /^bitmap-block .*(lies outside of its block|does not begin after it)/,
    ],
    [
      'how many blocks',
      `update article_bitmap_segment set blocks = blocks + 1 where ${OF_MIDDLE}`,
      /^bitmap-block .*blocks and not/,
    ],
    [
      'a segment that is gone',
      `delete from article_bitmap_segment where ${OF_MIDDLE}`,
      /^bitmap-segment .*has rows of it, but it is not there/,
    ],
    [
      'a tenant that begins too late',
      `update article_bitmap_segment set low_made_at = '2024-01-01' where shop_id = '${FIRST}' and low_made_at = '-infinity'`,
      /^bitmap-segment .*begins too late/,
    ],
    [
      'a tenant of whom nothing is known',
      `${UNSEEN} insert into article (id, shop_id, made_at, kind, sold, title)
       select gen_random_uuid(), md5('tenant' || i % 2)::uuid, now(), 'lone', true, 'Alone' from generate_series(1, 70) i`,
      /^bitmap-row .*is not kept/,
    ],
  ])('%s', async (_what, text, expected) => {
    await plant(text);
    const found = await verify(database.url());
    const said = found.findings.map(({ rule, evidence }) => `${rule} ${evidence}`);
    expect(said).toContainEqual(expect.stringMatching(expected));
    expect(new Set(found.findings.map(({ key }) => key)).size).toBe(found.findings.length);
    const mended = await verify(database.url(), { repair: true });
    expect(mended.findings.map(({ key }) => key)).toEqual(found.findings.map(({ key }) => key));
    expect(mended.repaired).toBeGreaterThan(0);
    // Of the tenants that were mended; the others had nothing.
    expect(mended.left).toEqual([]);
  });
});

test('what is repaired is folded on as before', async () => {
  await plant("update article set kind = 'after' where id in (select id from article order by id limit 50)");
  await foldAll(database.url());
  expect(await findings(database.url())).toEqual([]);
  expect(await one(database.url(), 'select count(*)::int as count from article_bitmap_pending(10)')).toEqual({
    count: 0,
  });
});
