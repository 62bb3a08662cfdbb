import { expect, test } from 'vitest';
import { fold } from './fold.ts';

test('folds one to one', () => {
  expect(fold('ÉCOLE')).toBe(fold('école'));
  expect(fold('ß')).toBe(fold('ẞ'));
  expect(fold('ß')).not.toBe(fold('ss'));
  expect(fold('ΣΊΣΥΦΟΣ')).toBe(fold('σίσυφος'));
  expect(fold('\u0130')).toBe(fold('i'));
  expect(fold('ı')).not.toBe(fold('i'));
  expect(fold('\u212a')).toBe(fold('k'));
  expect(fold('\u13a0')).toBe(fold('\uab70'));
  expect(fold('𐐀')).toBe(fold('𐐨'));
});

// What the fold decides by hand, and what it is paired with.
const byHand = new Set(['\u0130', '\u1fd3', '\u0390', '\u1fe3', '\u03b0', '\ufb05', '\ufb06']);

test('agrees with case-insensitive regular expressions on every cased letter', () => {
  const cased: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (byHand.has(character)) continue;
    if (/^[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]$/u.test(character)) cased.push(character);
  }
  const all = cased.join('');
  for (const character of cased) {
    const code = character.codePointAt(0) ?? 0;
    const matched = all.match(new RegExp(`\\u{${code.toString(16)}}`, 'giu'));
    expect(matched).toEqual(cased.filter((other) => fold(other) === fold(character)));
  }
});
