import { expect, test } from 'vitest';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Resource } from '../../resource/resource.ts';
import type { ColumnMember } from '../../resource/writes.ts';
import { memberType } from './member-type.ts';
import { readValue } from './value.ts';

const resource = { table: 'note', domains: {} } as unknown as Resource;
const typeOf = (type: string, bounds: Pick<ColumnMember, 'least' | 'most'>) => {
  const column = { type, nullable: false };
  const catalog = { tables: new Map([['note', { columns: new Map([['title', column]]) }]]) } as unknown as Catalog;
  return memberType(resource, catalog, 'title', { kind: 'column', required: true, ...bounds });
};

test('a text is as long as the column allows, or as the declaration does where that is less', () => {
  expect(typeOf('character varying(10)', {})).toMatchObject({ kind: 'text', most: 10 });
  expect(typeOf('character varying(10)', { most: 4, least: 2 })).toMatchObject({ most: 4, least: 2 });
  expect(typeOf('character varying(10)', { most: 40 })).toMatchObject({ most: 10 });
  expect(typeOf('text', { most: 40 })).toMatchObject({ most: 40 });
  expect(typeOf('text', {})).not.toHaveProperty('most');
});

test('what is too short is told how long it has to be; characters are counted, not halves of them', () => {
  const type = typeOf('text', { least: 2 });
  expect(readValue(type, '"a"')).toEqual({ message: 'Must have at least 2 characters.' });
  expect(readValue(type, '"😀"')).toEqual({ message: 'Must have at least 2 characters.' });
  expect(readValue(type, '"ab"')).toEqual({ value: '"ab"' });
  expect(readValue(typeOf('text', { least: 1 }), '""')).toEqual({ message: 'Must have at least 1 character.' });
});
