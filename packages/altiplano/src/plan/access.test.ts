import { describe, expect, test } from 'vitest';
import { exampleResource, NO_TABLES, SHOP } from '../../test/support/example-resource.ts';
import { parseList } from '../request/parse.ts';
import { chooseAccess } from './access.ts';
import { sortConditions } from './conditions.ts';
import type { Access, Caller } from './plan.ts';

const ID = '123e4567-e89b-12d3-a456-426614174000';
const ADMIN: Caller = { userId: ID, role: 'admin', attributes: { author_id: null } };
const AUTHOR: Caller = { userId: ID, role: 'author', attributes: { author_id: ID } };

function accessOf(query: string, caller = ADMIN, resource = exampleResource()): Access {
  const parsed = parseList(resource, new URLSearchParams(`shop_id=${SHOP}&${query}`));
  if ('refusal' in parsed) throw parsed.refusal;
  const { terms, any, offset } = parsed.request;
  return chooseAccess(resource, sortConditions(resource, terms, { caller, catalog: NO_TABLES }, any), offset);
}

describe('the page index is walked', () => {
  test.each(['', 'created_at__gte=2026-01-01&created_at__lt=2026-02-01', 'genre=', 'tags__neq=,', 'any='])(
    '%s',
    (query) => expect(accessOf(query)).toEqual({ kind: 'walk', isChecked: false }),
  );
});

describe('bitmaps are asked', () => {
  test.each([
    'genre=crime',
    'genre__neq=crime',
    'genre__isnull=true',
    `tags=${ID}`,
    `tags__neq=${ID}`,
    'extra=a=1',
    'price__gt=5',
    'search=needle',
    'any=genre:crime|sold:true',
    'limit=10&offset=20',
  ])('%s', (query) => expect(accessOf(query)).toEqual({ kind: 'bitmap' }));

  test('for a scoped role, whatever it asks', () => expect(accessOf('', AUTHOR)).toEqual({ kind: 'bitmap' }));
});

describe('nothing can match', () => {
  test.each([
    'genre=,',
    'tags=,',
    'genre=crime&genre__in=poetry',
    'genre=crime&genre__isnull=true',
    'sold=true&genre=crime&genre__neq=crime',
  ])('%s', (query) => expect(accessOf(query)).toEqual({ kind: 'nothing' }));

  test('for a role that is not named, or one without its attribute', () => {
    expect(accessOf('', { ...ADMIN, role: 'visitor' })).toEqual({ kind: 'nothing' });
    expect(accessOf('', { ...AUTHOR, attributes: { author_id: null } })).toEqual({ kind: 'nothing' });
  });
});

test('without bitmaps rows are checked on the way', () => {
  const resource = { ...exampleResource(), bitmap: null };
  expect(accessOf('genre=crime', ADMIN, resource)).toEqual({ kind: 'walk', isChecked: true });
  expect(accessOf('', ADMIN, resource)).toEqual({ kind: 'walk', isChecked: false });
});
