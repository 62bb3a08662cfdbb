import { describe, expect, test } from 'vitest';
import { auditOf } from './audit.ts';
import { checkDigest, redactDigest } from './check-digest.ts';
import { tables } from './declare.ts';
import type { Identity } from './identity.ts';
import type { Resource } from './resource.ts';

interface House {
  person: { id: string; house_id: string; email: string; digest: string; created_at: Date };
  note: { id: string; house_id: string; person_id: string; digest: string; created_at: Date };
}

const { resource, columns, one, filters, members } = tables<House>();
const identity: Identity = {
  table: 'person',
  role: 'role',
  attributes: [],
  tenant: 'house_id',
  signIn: { path: '/auth', email: 'email', digest: 'digest' },
};
const people = (more: object): Resource =>
  resource('person', {
    name: 'people',
    path: '/people/',
    tenant: 'house_id',
    order: ['-created_at', '-id'],
    fields: columns('person', 'id', 'email'),
    filters: {},
    ...more,
  });
const notes = (more: object): Resource =>
  resource('note', {
    name: 'notes',
    path: '/notes/',
    tenant: 'house_id',
    order: ['-created_at', '-id'],
    fields: columns('note', 'id'),
    filters: {},
    ...more,
  });
const declare =
  (...resources: readonly Resource[]) =>
  () =>
    checkDigest({ identity, resources });

describe('the digest of passwords', () => {
  test.each([
    ['shows', people({ fields: columns('person', 'id', 'digest') })],
    ['shows', people({ detail: columns('person', 'digest') })],
    ['shows', notes({ fields: { ...columns('note', 'id'), by: one('person', 'person_id', ['id', 'digest']) } })],
    ['filters by', people({ filters: filters('person').exact('digest', 'text') })],
    ['takes from bodies', people({ writes: { actions: ['create'], members: { digest: members.required() } } })],
  ])('no resource %s it', (use, wrong) => {
    expect(declare(people({}), wrong)).toThrow(`${use} digest, the digest of passwords`);
  });

  test('is another table’s column of that name', () => {
    expect(declare(people({}), notes({ fields: columns('note', 'id', 'digest') }))).not.toThrow();
  });

  test('is told of in no trail', () => {
    const audit = auditOf<House>()('note', {
      tenant: 'house_id',
      actors: ['user'],
      tables: { person: { redact: ['email'] }, note: {} },
    });
    const { person, note } = redactDigest(audit, identity).tables;
    expect([person?.redact, note?.redact]).toEqual([['email', 'digest'], []]);
  });
});
