import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { FoldFigures } from '../observe/fold-figures.ts';
import { measureFolding } from './fold-metrics.ts';

const figures = { lag: 0.5, unfolded: 3, folds: 2, folded: 40, errors: 1 };

test.each(['rollup', 'bitmap'] as const)(
  'figures of a %s are those of the process that folds, and gone when it no longer does',
  async (kind) => {
    const registry = new Registry();
    let read: readonly FoldFigures[] = [{ kind, title: 's.r', ...figures }];
    measureFolding(registry, () => read);
    const text = await registry.metrics();
    for (const line of [
      `altiplano_${kind}_folding 1`,
      `altiplano_${kind}_lag_seconds{${kind}="s.r"} 0.5`,
      `altiplano_${kind}_unfolded_rows{${kind}="s.r"} 3`,
      `altiplano_${kind}_folds_total{${kind}="s.r"} 2`,
      `altiplano_${kind}_folded_rows_total{${kind}="s.r"} 40`,
      `altiplano_${kind}_errors_total{${kind}="s.r"} 1`,
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    read = [];
    const later = await registry.metrics();
    expect(later).toContain(`altiplano_${kind}_folding 0`);
    expect(later).not.toContain('s.r');
  },
);
