import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';

const entries = Object.entries<CatalogueEntry>(CATALOGUE);
const reference = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8');
const sections = new Map(
  reference
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n')[0], section]),
);

describe('docs/reference/errors.md', () => {
  test('has a section for every code and no other; `npm run docs` writes it', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(CATALOGUE).sort());
  });

  test.each(entries)('says of %s what the catalogue says', (code, { status, message, hint }) => {
    expect(sections.get(code)).toContain(` ${status}.`);
    expect(sections.get(code)).toContain(message);
    expect(sections.get(code)).toContain(hint);
  });
});

describe('the catalogue', () => {
  test.each(entries)('%s begins with where it is raised', (code) => {
    expect(code).toMatch(
      /^(DECL|MIGR|AUTH|REQ|PLAN|EXEC|EMB|CLI|SERVER|RESOURCE|ROLLUP|SUMMARY|BITMAP|AUDIT|ENCRYPTION)_[A-Z_]+$/,
    );
  });

  test.each(entries)('%s has a status, a message and a hint', (_code, { status, message, hint }) => {
    expect(Number.isInteger(status)).toBe(true);
    expect(message).not.toBe('');
    expect(hint).not.toBe('');
  });
});
