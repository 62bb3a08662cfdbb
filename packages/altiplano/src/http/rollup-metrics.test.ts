import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { RollupFigures } from '../observe/rollup-figures.ts';
import { measureRollups } from './rollup-metrics.ts';

const figures: RollupFigures = { rollup: 's.r', lag: 0.5, unfolded: 3, folds: 2, folded: 40, errors: 1 };

test('figures of rollups are those of the process that folds, and gone when it no longer does', async () => {
  const registry = new Registry();
  let read: readonly RollupFigures[] = [figures];
  measureRollups(registry, () => read);
  const text = await registry.metrics();
  for (const line of [
    'altiplano_rollup_folding 1',
    'altiplano_rollup_lag_seconds{rollup="s.r"} 0.5',
    'altiplano_rollup_unfolded_rows{rollup="s.r"} 3',
    'altiplano_rollup_folds_total{rollup="s.r"} 2',
    'altiplano_rollup_folded_rows_total{rollup="s.r"} 40',
    'altiplano_rollup_errors_total{rollup="s.r"} 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  read = [];
  const later = await registry.metrics();
  expect(later).toContain('altiplano_rollup_folding 0');
  expect(later).not.toContain('s.r');
});
