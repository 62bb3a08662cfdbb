import { describe, expect, test } from 'vitest';
import { checkTenancy } from './check-tenancy.ts';
import { tables } from './declare.ts';
import type { Identity } from './identity.ts';
import type { TenantDeclaration } from './tenant-key.ts';

interface Tables {
  book: { id: string; shop_id: string; kind: string; title: string; added_at: Date };
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

  test('that two columns say is chosen by headers, of users that are tenants themselves', () => {
    const parts = ['kind', 'shop_id'] as const;
    const tenancies = {
      ...{ table: 'seat', user: 'person_id', tenant: parts, kinds: ['shop', 'person'], own: 'person' },
      headers: ['X-Kind', 'X-Id'],
    };
    const chosen = (more: object = {}, users: object = {}) =>
      ({
        table: 'person',
        role: 'role',
        attributes: [],
        tenancies: { ...tenancies, ...more },
        ...users,
      }) as unknown as Identity;
    const check = (identity: Identity, tenant: TenantDeclaration<keyof Tables['book']> = parts) =>
      checkTenancy({ identity, resources: [books(tenant)] });
    expect(books(parts).tenant).toEqual({ column: 'tenant_key', noun: 'tenant', parts });
    expect(() => check(chosen())).not.toThrow();
    expect(() => check(chosen(), 'shop_id')).toThrow('with no two columns, and the identity with kind and shop_id');
    expect(() => check(identity('shop_id'))).toThrow('with kind and shop_id, and the identity with no two columns');
    expect(() => check(chosen({ own: 'firm' }))).toThrow('no tenants of the kind firm');
    expect(() => check(chosen({ headers: ['X-Id', 'x-id'] }))).toThrow('two things from X-Id');
    expect(() => check(chosen({}, { id: 'bigint' }))).toThrow('keys are no uuids');
    expect(() => check(chosen({}, { keys: { table: 'api_key', tenant: 'shop_id' } }))).toThrow(
      'whose tenants headers choose',
    );
  });
});
