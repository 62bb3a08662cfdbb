import { expect, test } from 'vitest';
import type { App } from './app.ts';
import type { Audit } from './audit.ts';
import { checkAudit } from './check-audit.ts';

const TRAIL: Audit = { log: 'trail', tenant: 'house_id', actors: ['member'], actorId: 'uuid', tables: {} };
const IDENTITY = {
  table: 'member',
  role: 'role',
  attributes: [],
  kind: 'member',
  tenant: 'house_id',
} as App['identity'];
const AUDITED = { tenant: 'house_id', key: 'id', redact: [], ignore: [] };

test.each<[string, Partial<Audit>]>([
  ["no actor 'member'", { actors: ['user'] }],
  ['calls an actor system', { actors: ['member', 'system'] }],
  ['as bigint, which are uuid', { actorId: 'bigint' }],
  ['trail of itself', { tables: { trail: AUDITED } }],
])('a trail is refused that would stop every write or tell nothing: %s', (problem, changes) => {
  expect(() => checkAudit({ audit: TRAIL, identity: IDENTITY })).not.toThrow();
  expect(() => checkAudit({ audit: { ...TRAIL, ...changes }, identity: IDENTITY })).toThrow(problem);
});

const KEYS = { table: 'api_key', tenant: 'house_id' };

test('where keys speak for themselves the trail knows them, by ids of its type', () => {
  const check = (actors: readonly string[], id?: 'bigint') => () =>
    checkAudit({
      audit: { ...TRAIL, actors },
      identity: { ...IDENTITY, keys: { ...KEYS, ...(id && { id }) } } as App['identity'],
    });
  expect(check(['member', 'api_key'])).not.toThrow();
  expect(check(['member'])).toThrow("no actor 'api_key'");
  expect(check(['member', 'api_key'], 'bigint')).toThrow('as uuid, which are bigint');
});
