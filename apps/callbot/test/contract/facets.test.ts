import { describe, expect, test } from 'vitest';
import { expectProblem, useApi } from './api.ts';
import { LABELS, THEIRS } from './fixture.ts';
import { LONGEST, questionsOf, SEVEN_ROWS } from './seven.ts';

const api = useApi({}, SEVEN_ROWS);
const { ask, names } = questionsOf(api);
const { vip, cold, vipToo } = LABELS;

/** `active 2, null 1` for each facet, once the naive twin has given the same bytes. */
async function counts(query: string, as: 'admin' | 'employee' = 'admin'): Promise<Record<string, string>> {
  await names(query, as);
  const { json } = await ask(query, as);
  const lists = Object.entries<{ value: unknown; count: number }[]>(json.facets);
  return Object.fromEntries(
    lists.map(([facet, list]) => [facet, list.map(({ value, count }) => `${value} ${count}`).join(', ')]),
  );
}

describe('facets', () => {
  test('are a fifth key, written as the contract says, in the order asked for', async () => {
    const { text, json } = await ask('facets=status,labels,is_test&page_size=1');
    expect(Object.keys(json)).toEqual(['results', 'next', 'previous', 'count', 'facets']);
    const lists = [
      '"status":[{"value":"active","count":2},{"value":"blocked","count":2},{"value":"pending","count":1},{"value":null,"count":2}]',
      `"labels":[{"value":"${vip}","count":2,"name":"vip"},{"value":"${cold}","count":2,"name":"cold"},{"value":"${vipToo}","count":1,"name":"vip"}]`,
      '"is_test":[{"value":true,"count":2},{"value":false,"count":5}]',
    ];
    expect(text.slice(text.indexOf('"facets"'))).toBe(`"facets":{${lists.join(',')}}}`);
    expect(Object.keys((await ask('page_size=1')).json)).toHaveLength(4);
    expect(Object.keys((await ask('facets=')).json)).toHaveLength(4);
  });

  test('come by domain or by code point, nulls last', async () => {
    expect(await counts('facets=carrier,quality,call_status,checked')).toEqual({
      carrier: `Mobifone 1, Viettel 2, ～ 1, ${LONGEST} 1, null 2`,
      quality: 'hot 2, cold 1, dead 1, null 3',
      call_status: 'null 7',
      checked: 'false 7',
    });
  });

  test('count under the other filters', async () => {
    expect(await counts('status=active&facets=status,quality')).toEqual({
      status: 'active 2, blocked 2, pending 1, null 2',
      quality: 'hot 1, null 1',
    });
    expect(await counts('status__neq=active&status__isnull=false&quality=hot&facets=status,quality')).toEqual({
      status: 'active 1, blocked 1',
      quality: 'hot 1, dead 1, null 1',
    });
    expect(await counts(`labels__id=${vip}&labels__id__neq=${cold}&facets=labels,status`)).toEqual({
      labels: `${vip} 2, ${cold} 2, ${vipToo} 1`,
      status: 'active 1',
    });
    expect(await counts('status=nonsense&facets=status,quality')).toEqual({
      status: 'active 2, blocked 2, pending 1, null 2',
      quality: '',
    });
    // What cannot match under its own filters may match without them.
    expect(await counts('status=,&facets=status,is_test')).toEqual({
      status: 'active 2, blocked 2, pending 1, null 2',
      is_test: '',
    });
    expect(await counts('quality=hot&quality__isnull=true&labels__id=,&facets=quality,labels')).toEqual({
      quality: '',
      labels: '',
    });
  });

  test('keep groups of alternatives, searches and what an employee may see', async () => {
    expect(await counts('any=status:blocked|quality:hot&facets=status,quality')).toEqual({
      status: 'active 1, blocked 2',
      quality: 'hot 2, dead 1',
    });
    expect(await counts('search=zzz&facets=status,labels')).toEqual({ status: '', labels: '' });
    expect(await counts('facets=status,labels', 'employee')).toEqual({
      status: 'active 1, null 1',
      labels: `${vip} 1`,
    });
  });

  test('are those of the whole list on every page of it', async () => {
    const first = await ask('facets=status&page_size=3&count=exact');
    const next = new URL(first.json.next);
    const second = await api.send({ method: 'GET', path: `${next.pathname}${next.search}` });
    expect(second.json.facets).toEqual(first.json.facets);
    expect(second.json.count).toBe(7);
  });

  test.each(['statsu', 'status,name', 'duration', 'employee_id', 'constructor', ' status', 'labels__id'])(
    '%s is refused',
    async (facets) => {
      const answer = await ask(`facets=${encodeURIComponent(facets)}`);
      expect([answer.status, Object.keys(answer.json.errors)]).toEqual([400, ['facets']]);
      expectProblem(answer);
    },
  );

  test('are refused with the nearest name, and to strangers like everything', async () => {
    expect((await ask('facets=statsu')).json.errors.facets[0]).toContain("Did you mean 'status'?");
    const path = `/api/v1/customers/?workspace_id=${THEIRS}&facets=status`;
    expect((await api.send({ method: 'GET', path })).status).toBe(403);
  });
});
