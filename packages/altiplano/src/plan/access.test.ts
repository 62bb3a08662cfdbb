import { describe, expect, test } from 'vitest';
import { exampleResource, SHOP } from '../../test/support/example-resource.ts';
import { parseList } from '../request/parse.ts';
import { chooseAccess } from './access.ts';
import { sortConditions } from './conditions.ts';
import type { Access, Caller, Try } from './plan.ts';

const ID = '123e4567-e89b-12d3-a456-426614174000';
const resource = exampleResource();
const ADMIN: Caller = { userId: ID, role: 'admin', attributes: { author_id: null } };

function accessOf(query: string, caller: Caller = ADMIN): Access {
  const parsed = parseList(resource, new URLSearchParams(`shop_id=${SHOP}&${query}`));
  if ('refusal' in parsed) throw parsed.refusal;
  return chooseAccess(resource, sortConditions(resource, parsed.request.terms, caller));
}

/** `genre,sold×2`: which path, and how many walks it merges. */
function print(path: Try['path']): string {
  switch (path.kind) {
    case 'page':
    case 'search':
      return path.kind;
    case 'range':
      return `range ${path.column}`;
    case 'columns':
      return `${path.columns.map(({ column }) => column).join(',')}×${path.branches}`;
    case 'postings':
      return `postings×${path.terms.length}`;
  }
}

function summary(access: Access): string {
  if (access.kind === 'nothing') return 'nothing';
  if (access.kind === 'walk') return `walk ${print(access.path)}`;
  const tries = access.tries.map(({ path }) => print(path));
  return [...tries, `at last ${print(access.last)}`].join(', ');
}

describe('one path answers', () => {
  test.each([
    ['', 'walk page'],
    ['created_at__gte=2026-01-01&created_at__lt=2026-02-01', 'walk page'],
    ['genre=crime&sold=true', 'walk genre,sold×1'],
    ['genre=crime', 'walk genre,sold×2'],
    ['genre=crime,poetry', 'walk genre,sold×4'],
    ['genre__neq=crime', 'walk genre,sold×6'],
    ['genre__isnull=true&sold=true', 'walk genre,sold×1'],
    ['genre__isnull=false', 'walk genre,sold×6'],
    ['sold=false', 'walk genre,sold×4'],
    [`author_id=${ID}`, 'walk author_id×1'],
    [`tags=${ID}`, 'walk postings×1'],
    [`tags=${ID},${ID.replace('1', '2')}`, 'walk postings×2'],
    ['extra=city=Hanoi', 'walk postings×1'],
    ['genre=crime,poetry&genre__neq=poetry&sold=true', 'walk genre,sold×1'],
  ])('%s', (query, expected) => expect(summary(accessOf(query))).toBe(expected));
});

describe('nothing can match', () => {
  test.each([
    'genre=nonsense',
    'genre=,',
    'tags=,',
    'genre=crime&genre__in=poetry',
    'genre=crime&genre__isnull=true',
    'genre__isnull=true&genre__isnull=true&genre__neq=crime&genre=travel',
    'sold=true&genre=crime&genre__neq=crime',
  ])('%s', (query) => expect(accessOf(query)).toEqual({ kind: 'nothing' }));
});

describe('a condition that allows every row is none', () => {
  test.each([
    ['genre__neq=nonsense', 'walk page'],
    ['genre__neq=,', 'walk page'],
    ['tags__neq=,', 'walk page'],
    ['genre=', 'walk page'],
  ])('%s', (query, expected) => expect(summary(accessOf(query))).toBe(expected));
});

describe('no path answers everything, so bounded tries come before what is open', () => {
  test.each([
    ['title__neq=Emma', 'at last page'],
    [`tags__neq=${ID}`, 'at last page'],
    ['genre=crime&sold=true&title__neq=Emma', 'at last genre,sold×1'],
    ['price__gt=5', 'page, range price, at last page'],
    ['price__gt=5&price__lte=9', 'page, range price, at last page'],
    ['genre=crime&title__neq=Emma', 'genre,sold×2, genre,sold×2, at last genre,sold×2'],
    [`tags=${ID}&genre=crime`, 'postings×1, genre,sold×2, at last postings×1'],
    ['extra=a=1&extra=b=2', 'postings×1, postings×1, at last postings×1'],
    ['search=needle', 'page, search, page, at last search'],
    ['search=needle&genre=crime', 'genre,sold×2, search, genre,sold×2, at last search'],
    ['search=needle&price__gt=5', 'page, search, range price, page, at last search'],
  ])('%s', (query, expected) => expect(summary(accessOf(query))).toBe(expected));

  test('many branches share a bounded number of entries', () => {
    const ids = Array.from({ length: 100 }, (_, index) => ID.slice(0, -3) + String(index).padStart(3, '0'));
    const access = accessOf(`tags=${ids}&price__gt=1`);
    if (access.kind !== 'tries') throw new Error(access.kind);
    const [first] = access.tries;
    expect(first).toMatchObject({ path: { kind: 'postings' }, entries: 50 });
  });
});

describe('a scoped role', () => {
  const author = (own: string | null): Caller => ({ userId: ID, role: 'author', attributes: { author_id: own } });
  test('walks its own rows', () => {
    expect(summary(accessOf('', author(ID)))).toBe('walk author_id×1');
    expect(summary(accessOf(`author_id=${ID}`, author(ID)))).toBe('walk author_id×1');
  });
  test('sees no row of another, and none at all without its attribute', () => {
    expect(accessOf(`author_id=${ID.replace('1', '2')}`, author(ID))).toEqual({ kind: 'nothing' });
    expect(accessOf('', author(null))).toEqual({ kind: 'nothing' });
    expect(accessOf('', { ...author(ID), attributes: {} })).toEqual({ kind: 'nothing' });
  });
  test('a role that is not named sees nothing', () => {
    expect(summary(accessOf('', ADMIN))).toBe('walk page');
    for (const role of ['auditor', 'constructor', '__proto__', 'toString'])
      expect(accessOf('', { ...ADMIN, role })).toEqual({ kind: 'nothing' });
  });
});
