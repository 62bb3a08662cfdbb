import { describe, expect, test } from 'vitest';
import type { Filter } from '../resource/filter.ts';
import { readTerm } from './terms.ts';

const values = { kind: 'values', column: 'c', negated: false, list: false } as const;
const linked = { kind: 'linked', link: 'l', target: 't', negated: false } as const;
const compare = { kind: 'compare', column: 'c', comparison: '>=' } as const;

describe('an empty value', () => {
  test.each<[string, Filter]>([
    ['a list', { ...values, list: true, type: 'text' }],
    ['a list of what is not', { ...values, list: true, negated: true, type: 'text' }],
    ['linked rows', linked],
    ['a search', { kind: 'search', columns: ['c'], least: 3 }],
  ])('of %s asks for nothing', (_name, filter) => {
    expect(readTerm(filter, '')).toEqual({ value: null });
  });

  test.each<[string, Filter, string]>([
    ['one text', { ...values, type: 'text' }, 'Must not be empty'],
    ['one text or null', { ...values, type: 'text', nulls: true }, 'Must not be empty'],
    ['a uuid', { ...values, type: 'uuid' }, 'Must be a uuid'],
    ['a number', { ...values, type: 'float8' }, 'Must be a number'],
    ['a key', { ...values, type: 'bigint' }, 'Must be a whole number'],
    ['a boolean', { ...values, type: 'boolean' }, 'Must be true or false'],
    ['whether it is null', { kind: 'null', column: 'c' }, 'Must be true or false'],
    ['a bound of times', { ...compare, type: 'timestamptz' }, 'Must be a time'],
    ['an attribute', { kind: 'attribute', column: 'c' }, 'Must be key=value'],
  ])('of %s is refused', (_name, filter, message) => {
    expect(readTerm(filter, '')).toEqual({ message: expect.stringContaining(message) });
  });

  test('of an attribute is the empty text, which a document may hold', () => {
    expect(readTerm({ kind: 'attribute', column: 'c' }, 'key=')).toMatchObject({ value: { key: 'key', value: '' } });
  });
});
