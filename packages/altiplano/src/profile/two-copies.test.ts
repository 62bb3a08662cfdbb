import { expect, it, vi } from 'vitest';
import { record } from './scope.ts';

/** As a bundle beside a package, or a program under two loaders, has them. */
it('two copies of this module in one process record within each other', async () => {
  vi.resetModules();
  const other = await import('./scope.ts');
  expect(other.record).not.toBe(record);
  const { value, recording } = await record('test', () => other.record('script', () => 7));
  expect([value.value, value.recording.shared, recording.shared]).toEqual([7, false, false]);
});
