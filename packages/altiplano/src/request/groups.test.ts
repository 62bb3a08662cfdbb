import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleResource, SHOP } from '../../test/support/example-resource.ts';
import { parseList } from './parse.ts';
import type { Term } from './request.ts';

const ID = '123e4567-e89b-12d3-a456-426614174000';
const resource = exampleResource();

/** What a query's groups come to, or what is said of `any`. */
function groupsOf(...groups: readonly string[]): readonly (readonly string[])[] | string {
  const query = new URLSearchParams({ shop_id: SHOP });
  for (const group of groups) query.append('any', group);
  const parsed = parseList(resource, query);
  if ('request' in parsed) return parsed.request.any.map((terms) => terms.map(print));
  expect(Object.keys(parsed.refusal.errors ?? {})).toEqual(['any']);
  return parsed.refusal.errors?.any?.join('\n') ?? '';
}

function print(term: Term): string {
  switch (term.kind) {
    case 'values':
      expect(term.complement).toBe(false);
      return `${term.column} in ${[...term.values, ...(term.nulls ? ['null'] : [])]}`;
    case 'linked':
      expect(term.negated).toBe(false);
      return `${term.target} in ${term.ids}`;
    case 'attribute':
      return `${term.key} is ${term.value}`;
    case 'compare':
    case 'search':
      throw new Error(term.kind);
  }
}

describe('a group of alternatives', () => {
  test.each([
    ['genre:crime', ['genre in crime']],
    ['genre:crime|sold:true', ['genre in crime', 'sold in true']],
    ['genre__in:crime,poetry', ['genre in crime,poetry']],
    ['genre:nonsense|genre:,', ['genre in nonsense', 'genre in ']],
    ['genre__isnull:true', ['genre in null']],
    ['genre__isnull:false', ['genre in crime,poetry,travel']],
    ['title__isnull:true', ['title in null']],
    [`author_id:${ID.toUpperCase()}`, [`author_id in ${ID}`]],
    [`tags:${ID}|tags:,`, [`tag in ${ID}`, 'tag in ']],
    ['extra:city=Hanoi', ['city is Hanoi']],
    ['extra:a:b=c:d=e', ['a:b is c:d=e']],
    ['extra:a\\|b=c\\\\|sold:false', ['a|b is c\\', 'sold in false']],
    ['extra:a=\\x\\', ['a is \\x\\']],
    ['extra:a=\\\\\\|', ['a is \\|']],
  ])('%s', (group, terms) => expect(groupsOf(group)).toEqual([terms]));

  test('may be one of several, and none when it is empty', () => {
    expect(groupsOf('genre:crime', '', 'sold:true')).toEqual([['genre in crime'], ['sold in true']]);
  });

  test('gives any attribute back as it was', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !one.includes('\0'));
    const key = text.filter((one) => !one.includes('='));
    const escaped = (one: string) => one.replace(/[\\|]/g, '\\$&');
    fc.assert(
      fc.property(fc.array(fc.tuple(key, text), { minLength: 1, maxLength: 5 }), (all) => {
        const group = all.map(([name, value]) => `extra:${escaped(name)}=${escaped(value)}`).join('|');
        expect(groupsOf(group)).toEqual([all.map(([name, value]) => `${name} is ${value}`)]);
      }),
    );
  });
});

describe('a wrong group says what would be right', () => {
  test.each([
    ['crime', /^'crime': Must be parameter:value, such as genre:…; .* \\\|\.$/],
    [':crime', /Must be parameter:value/],
    ['genre:crime|', /^'': Must be parameter:value/],
    ['|', /^'': Must be/],
    ['gerne:crime', /^'gerne:crime': Not a filter of alternatives\. Did you mean 'genre'\?$/],
    ['genre__neq:crime', /Not a filter of alternatives\. Did you mean 'genre__/],
    ['price__gt:5', /Not a filter of alternatives\./],
    ['created_at__lt:2026-01-01', /Not a filter of alternatives\./],
    ['search:needle', /Not a filter of alternatives\./],
    ['tags__neq:', /Not a filter of alternatives\./],
    ['any:genre:crime', /Not a filter of alternatives\./],
    ['constructor:x', /Not a filter of alternatives\./],
    ['genre:', /Needs a value after the colon\.$/],
    ['tags:', /Needs a value after the colon\.$/],
    ['sold:yes', /^'sold:yes': Must be true or false\.$/],
    ['tags:x', /^'tags:x': 'x': Must be a uuid/],
    ['extra:city', /Must be key=value/],
    ['title__isnull:false', /Must be true/],
    [`extra:a=${'x'.repeat(60)}|b`, /^'b'/],
  ])('%s', (group, message) => expect(groupsOf(group)).toMatch(message));

  test('each of several', () => {
    expect(groupsOf('sold:true', 'extra:a=\0')).toMatch(/NUL/);
    expect(groupsOf('crime', 'sold:true', 'sold:1')).toMatch(/^'crime'.*\n'sold:1'/);
  });

  test('a hundred alternatives are taken, one more is refused, whatever their groups', () => {
    const genres = (count: number) => Array.from({ length: count }, (_, index) => `g${index}`);
    expect(groupsOf(`genre:${genres(99)}|sold:true`)).toHaveLength(1);
    expect(groupsOf(...genres(100).map((genre) => `genre:${genre}`))).toHaveLength(100);
    const told = 'Must hold at most 100 alternatives in all; it holds 101.';
    expect(groupsOf(`genre:${genres(100)}|sold:true`)).toBe(told);
    expect(groupsOf(...genres(50).map((genre) => `genre:${genre}|sold:true`), 'genre:,')).toBe(told);
  });

  test('at no cost worth mentioning', () => {
    const started = process.cpuUsage();
    groupsOf('\\|'.repeat(50_000), '|'.repeat(50_000), '\\'.repeat(100_000));
    expect(process.cpuUsage(started).user).toBeLessThan(500_000);
  });
});
