import { describe, expect, test } from 'vitest';
import { checkTenancy } from './check-tenancy.ts';
import { tables } from './declare.ts';
import type { Identity } from './identity.ts';
import type { TenantDeclaration } from './tenant-key.ts';

interface Tables {
  book: { id: string; shop_id: string; title: string; added_at: Date };
}

const { resource, columns } = tables<Tables>();
const books = (tenant: TenantDeclaration<keyof Tables['book']> | undefined, more: object = {}) =>
  resource('book', {
    name: 'books',
    path: '/books/',
    tenant: tenant as 'shop_id',
    order: ['-added_at', '-id'],
    fields: columns('book', 'id', 'title'),
    filters: {},
    ...more,
  });
const identity = (tenant: string, more: object = {}) =>
  ({ table: 'person', role: 'role', attributes: [], tenant, ...more }) as Identity;

describe('whose rows are', () => {
  test('has to be said', () => {
    expect(() => books(undefined)).toThrow(/'books' does not say whose its rows are/);
    expect(() => books(['shop_id'] as never)).toThrow('1 columns');
    expect(() => books(['shop_id', 'shop_id'])).toThrow('one column twice');
  });

  test('is one key, of whatever columns it is made', () => {
    expect(books('shop_id').tenant).toEqual({ column: 'shop_id', noun: 'shop' });
    expect(books('none').tenant).toEqual({ column: 'tenant_key', noun: 'tenant', none: true });
  });

  test.each([
    ['shop_id', 'none', 'rows of tenants, and its callers are of none'],
    ['none', 'shop_id', 'rows of no tenant, and its callers belong to tenants'],
  ] as const)('%s in a resource and %s in its identity are two things', (tenant, own, problem) => {
    expect(() => checkTenancy({ identity: identity(own), resources: [books(tenant)] })).toThrow(problem);
    expect(() => checkTenancy({ identity: identity(tenant), resources: [books(tenant)] })).not.toThrow();
  });

  test('without tenants there are no API keys, and with them nothing is public', () => {
    const keys = { table: 'api_key', tenant: 'shop_id' };
    expect(() => checkTenancy({ identity: identity('none', { keys }), resources: [] })).toThrow('API keys');
    const open = { public: true };
    expect(() => checkTenancy({ identity: identity('shop_id'), resources: [books('shop_id', open)] })).toThrow(
      'is public and has rows of tenants',
    );
    const scoped = books('none', { ...open, permissions: { read: 'books:read' } });
    expect(() => checkTenancy({ identity: identity('none'), resources: [scoped] })).toThrow(
      'needs the scope books:read',
    );
  });
});
