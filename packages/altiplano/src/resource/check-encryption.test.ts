import { describe, expect, test } from 'vitest';
import { type ExampleDeclaration, exampleResource } from '../../test/support/example-resource.ts';
import { encryptedColumns } from './check-encryption.ts';
import { tables } from './declare.ts';

const { encrypted, members, object, columns } = tables<{
  book: { id: string; title: string; genre: string; secret: string; created_at: Date };
}>();
const SECRET = encrypted('book', 'secret');
const WRITES = { actions: ['create'], members: {} } as const;
const title = encrypted('book', 'title');

const refusal = (changes: Partial<ExampleDeclaration>) => {
  try {
    exampleResource(changes);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('an encrypted column', () => {
  test('is shown in details and written, by itself', () => {
    const resource = exampleResource({
      detail: { secret: SECRET },
      writes: { ...WRITES, members: { secret: members.encrypted() } } as never,
    });
    expect(encryptedColumns(resource)).toEqual(['secret']);
  });

  test.each<[string, Partial<ExampleDeclaration>]>([
    ['in its lists', { fields: { ...columns('book', 'id'), secret: SECRET } }],
    ['inside an object', { detail: { inner: object({ secret: SECRET }) } }],
    ['does not show its key', { fields: columns('book', 'created_at'), detail: { secret: SECRET } }],
    [
      'searches by title',
      {
        detail: { text: title },
        fields: columns('book', 'id'),
        filters: { search: { kind: 'search', columns: ['title'], least: 3 } },
      },
    ],
    ['filters by genre', { detail: { text: encrypted('book', 'genre') }, fields: columns('book', 'id') }],
    [
      'shows its lists by title',
      { detail: { text: title }, filters: {}, facets: {}, fields: columns('book', 'id', 'title') },
    ],
    ['counts by title', { detail: { text: title }, filters: {}, fields: columns('book', 'id') }],
    [
      'writes secret as it is',
      { detail: { secret: SECRET }, writes: { ...WRITES, members: { secret: members.required() } } as never },
    ],
  ])('is refused where a resource %s', (problem, changes) => {
    expect(refusal(changes)).toContain(problem);
  });
});
