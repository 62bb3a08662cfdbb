import { describe, expect, test } from 'vitest';
import { type Answer, expectProblem, useApi } from './api.ts';
import { namesOf, questionsOf, SEVEN_ROWS } from './seven.ts';

const api = useApi({}, SEVEN_ROWS);
const { ask, names } = questionsOf(api);
const follow = (link: string): Promise<Answer> => {
  const { pathname, search } = new URL(link);
  return api.send({ method: 'GET', path: `${pathname}${search}` });
};

describe('a page by limit and offset', () => {
  test.each([
    ['limit=3', 'GFE'],
    ['limit=3&offset=3', 'DCB'],
    ['offset=5', 'BA'],
    ['limit=100&offset=6', 'A'],
    ['limit=1000', 'GFEDCBA'],
    ['limit=3&offset=7', ''],
    [`offset=${'9'.repeat(40)}`, ''],
    ['limit=2&offset=1&status=active,blocked', 'CB'],
    ['limit=2&offset=1&any=status:blocked|quality:hot', 'CA'],
    ['limit=2&offset=0&facets=status&count=estimated', 'GF'],
    ['limit=2&offset=1&status=nonsense', ''],
    ['limit=2&offset=1&search=zzz', ''],
  ])('%s', async (query, expected) => expect(await names(query)).toBe(expected));

  test('has the same keys, an exact count, and says that it is the old way', async () => {
    const old = await ask('limit=2&offset=2');
    expect(Object.keys(old.json)).toEqual(['results', 'next', 'previous', 'count']);
    expect(old.json.count).toBe(7);
    expect(old.headers.get('altiplano-count')).toBe('exact');
    expect(old.headers.get('deprecation')).toMatch(/^@\d{10}$/);
    const current = await ask('page_size=2&count=exact');
    expect(current.json.results).toEqual((await ask('limit=2')).json.results);
    expect(current.headers.get('deprecation')).toBeNull();
  });

  test('leads to all others, each row once, forward and back', async () => {
    let page = await ask('limit=3&status__neq=pending');
    expect(page.json.previous).toBeNull();
    const forward = [namesOf(page)];
    while (page.json.next !== null && forward.length < 7) {
      page = await follow(page.json.next);
      forward.push(namesOf(page));
    }
    expect(forward).toEqual(['GFD', 'CBA']);
    expect(page.json.count).toBe(6);
    const { searchParams } = new URL(page.json.previous);
    expect([...searchParams.keys()]).toEqual(['workspace_id', 'status__neq', 'limit', 'offset']);
    expect(namesOf(await follow(page.json.previous))).toBe('GFD');
  });

  test('never leads before the first row', async () => {
    const { json } = await ask('limit=3&offset=1');
    expect(new URL(json.previous).searchParams.get('offset')).toBe('0');
    expect(new URL(json.next).searchParams.get('offset')).toBe('4');
  });

  test('shows an employee and counts for them no more than what is theirs', async () => {
    expect(await names('limit=1&offset=1', 'employee')).toBe('A');
    expect((await ask('limit=1&offset=1', 'employee')).json.count).toBe(2);
    expect((await ask('limit=1', 'idle')).json).toEqual({ results: [], next: null, previous: null, count: 0 });
  });

  test.each([
    ['limit=0', ['limit']],
    ['limit=', ['limit']],
    ['limit=-1&offset=-1', ['limit', 'offset']],
    ['offset=1.5', ['offset']],
    ['limit=2&page_size=2', ['limit']],
    ['limit=2&offset=2&page_size=2', ['limit', 'offset']],
    ['page=2', ['page']],
    ['limit=2&page=2', ['page']],
  ])('%s is refused', async (query, errors) => {
    const answer = await ask(query);
    expect([answer.status, Object.keys(answer.json.errors).sort()]).toEqual([400, errors]);
    expectProblem(answer);
  });

  test('is refused together with a cursor, and told so', async () => {
    const cursor = new URL((await ask('page_size=2')).json.next).searchParams.get('cursor');
    const { status, json } = await ask(`offset=2&cursor=${cursor}&page_size=2`);
    expect(status).toBe(400);
    expect(json.errors).toEqual({ offset: [expect.stringContaining('with cursor and page_size')] });
  });
});
