import { Counter, Gauge, type Registry } from 'prom-client';
import type { FoldFigures, ReadFoldFigures } from '../observe/fold-figures.ts';

type Figure = Exclude<keyof FoldFigures, 'kind' | 'title'>;

const GAUGES: readonly (readonly [name: string, help: string, figure: Figure])[] = [
  ['lag_seconds', 'Age of the oldest entry when the last pass began.', 'lag'],
  ['unfolded_rows', 'Entries that waited to be folded at the last count.', 'unfolded'],
];
const COUNTERS: readonly (readonly [name: string, help: string, figure: Figure])[] = [
  ['folds_total', 'Passes that folded something.', 'folds'],
  ['folded_rows_total', 'Entries folded.', 'folded'],
  ['errors_total', 'Passes that failed; folding goes on.', 'errors'],
];

/** Figures of the process that folds; the others have none, so that a sum over all nodes is right. */
export function measureFolding(registry: Registry, read: ReadFoldFigures): void {
  for (const kind of ['rollup', 'summary', 'bitmap'] as const) measureKind(registry, kind, read);
}

function measureKind(registry: Registry, kind: FoldFigures['kind'], all: ReadFoldFigures): void {
  const read = () => all().filter((figures) => figures.kind === kind);
  const registers = [registry];
  const labelNames = [kind];
  new Gauge({
    name: `altiplano_${kind}_folding`,
    help: '1 in the process that folds.',
    registers,
    collect() {
      this.set(read().length > 0 ? 1 : 0);
    },
  });
  for (const [name, help, figure] of GAUGES) {
    const metric = { name: `altiplano_${kind}_${name}`, help, labelNames, registers };
    new Gauge({
      ...metric,
      collect() {
        this.reset();
        for (const figures of read()) this.set({ [kind]: figures.title }, figures[figure]);
      },
    });
  }
  for (const [name, help, figure] of COUNTERS) {
    const metric = { name: `altiplano_${kind}_${name}`, help, labelNames, registers };
    new Counter({
      ...metric,
      collect() {
        this.reset();
        for (const figures of read()) this.inc({ [kind]: figures.title }, figures[figure]);
      },
    });
  }
}
