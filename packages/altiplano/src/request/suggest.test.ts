import { describe, expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const KNOWN = ['status', 'status__in', 'search', 'page_size', 'cursor'];

describe('suggest', () => {
  test.each([
    ['statsu', 'status'],
    ['status_in', 'status__in'],
    ['pagesize', 'page_size'],
    ['Status', 'status'],
    ['serch', 'search'],
  ])('%s → %s', (unknown, meant) => {
    expect(suggest(unknown, KNOWN)).toBe(`Did you mean '${meant}'?`);
  });

  test('lists what there is when nothing is near', () => {
    expect(suggest('quantity', KNOWN)).toBe('Known: status, status__in, search, page_size, cursor.');
    expect(suggest('anything', [])).toBe('None is known here.');
  });

  test('does not compare a novel with every name', () => {
    const started = process.cpuUsage();
    suggest('x'.repeat(1_000_000), KNOWN);
    expect(process.cpuUsage(started).user).toBeLessThan(50_000);
  });
});
