import { expect, test } from 'vitest';
import { sealOf } from './seal.ts';

test('opens with the same secret and about the same thing only', () => {
  const seal = sealOf('pepper');
  const sealed = seal.close('a secret: é', 'key 1');
  expect(seal.open(sealed, 'key 1')).toBe('a secret: é');
  expect(sealed).not.toContain('secret');
  expect(seal.close('a secret: é', 'key 1')).not.toBe(sealed);
  expect([seal.open(sealed, 'key 2'), sealOf('salt').open(sealed, 'key 1'), seal.open('', 'key 1')]).toEqual([
    null,
    null,
    null,
  ]);
  expect(seal.open(`${sealed.slice(0, -4)}AAAA`, 'key 1')).toBe(null);
});
