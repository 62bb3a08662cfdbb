import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test('says which name was probably meant, or why there is none', () => {
  expect(nearest('custmer', ['call', 'customer'])).toBe("The nearest name is 'customer'.");
  expect(nearest('customer', [])).toContain('altiplano migrate');
});
