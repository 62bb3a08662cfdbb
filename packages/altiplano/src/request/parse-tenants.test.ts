import { describe, expect, test } from 'vitest';
import { tables } from '../resource/declare.ts';
import { parseRequest } from './parse-request.ts';
import { NOBODY } from './values.ts';

const { tenants, columns } = tables<{ shop: { id: string; title: string; opened_at: Date } }>();
const shops = tenants('shop', {
  name: 'shops',
  path: '/shops/',
  order: ['-opened_at', '-id'],
  function: 'shop_shown',
  copies: { opened_at: 'shop_opened_at' },
  fields: columns('shop', 'id', 'title'),
});
const SHOP = 'AAAAAAAA-0000-4000-8000-000000000001';
const parse = (query: string, id: string | null = null) => parseRequest(shops, id, new URLSearchParams(query));

describe('a list of tenants', () => {
  test('names none', () => {
    expect(parse('').request).toMatchObject({ kind: 'tenants', tenant: '', size: 25, count: 'none', position: null });
    expect(parse('page_size=7&page_size=500&count=exact').request).toMatchObject({ size: 100, count: 'exact' });
  });

  test('refuses at once what it does not know: there is no membership to wait for', () => {
    for (const query of [
      'id=1',
      'shop_id=1',
      'limit=1',
      'offset=1',
      'order=x',
      'any=x',
      'page_size=0',
      'count=',
      'cursor=%00',
    ]) {
      expect(() => parse(query), query).toThrow(expect.objectContaining({ code: 'REQ_INVALID' }));
    }
    expect(() => parse('pagesize=1')).toThrow(
      expect.objectContaining({ errors: { pagesize: [expect.stringContaining("'page_size'")] } }),
    );
  });
});

describe('one tenant', () => {
  test('is entered by its id; what is no id is nobody’s', () => {
    expect(parse('', SHOP).request).toMatchObject({ kind: 'tenant', tenant: SHOP.toLowerCase() });
    expect(parse('', 'x').request).toMatchObject({ kind: 'tenant', tenant: NOBODY });
  });

  test('keeps a refusal until the caller is known to be a member', () => {
    const { request, refusal } = parse('page_size=1', SHOP);
    expect(request).toMatchObject({ kind: 'entry', tenant: SHOP.toLowerCase() });
    expect(refusal).toMatchObject({ code: 'REQ_INVALID', errors: { page_size: expect.anything() } });
  });
});
