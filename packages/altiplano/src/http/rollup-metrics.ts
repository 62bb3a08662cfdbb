import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReadRollupFigures, RollupFigures } from '../observe/rollup-figures.ts';

type Figure = Exclude<keyof RollupFigures, 'rollup'>;

const GAUGES: readonly (readonly [name: string, help: string, figure: Figure])[] = [
  ['lag_seconds', 'Age of the oldest delta when the last pass began.', 'lag'],
  ['unfolded_rows', 'Deltas that waited to be folded at the last count.', 'unfolded'],
];
const COUNTERS: readonly (readonly [name: string, help: string, figure: Figure])[] = [
  ['folds_total', 'Passes that folded something.', 'folds'],
  ['folded_rows_total', 'Deltas folded.', 'folded'],
  ['errors_total', 'Passes that failed; folding goes on.', 'errors'],
];

/** Figures of the process that folds; the others have none, so that a sum over all nodes is right. */
export function measureRollups(registry: Registry, read: ReadRollupFigures): void {
  const registers = [registry];
  const labelNames = ['rollup'];
  new Gauge({
    name: 'altiplano_rollup_folding',
    help: '1 in the process that folds.',
    registers,
    collect() {
      this.set(read().length > 0 ? 1 : 0);
    },
  });
  for (const [name, help, figure] of GAUGES) {
    const metric = { name: `altiplano_rollup_${name}`, help, labelNames, registers };
    new Gauge({
      ...metric,
      collect() {
        this.reset();
        for (const figures of read()) this.set({ rollup: figures.rollup }, figures[figure]);
      },
    });
  }
  for (const [name, help, figure] of COUNTERS) {
    const metric = { name: `altiplano_rollup_${name}`, help, labelNames, registers };
    new Counter({
      ...metric,
      collect() {
        this.reset();
        for (const figures of read()) this.inc({ rollup: figures.rollup }, figures[figure]);
      },
    });
  }
}
