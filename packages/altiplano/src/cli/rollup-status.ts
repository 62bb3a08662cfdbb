import { definitionOf } from '../rollup/definition.ts';
import { type RollupStatus, readStatus } from '../rollup/status.ts';
import { chooseRollups } from './choose-kept.ts';
import { megabytes, statusCommand } from './kept-status.ts';

export const rollupStatus = statusCommand<RollupStatus>({
  kind: 'rollup',
  choose: (context, flags) =>
    chooseRollups(context, flags).map(({ app, schema, kept }) => ({
      app,
      schema,
      name: kept.name,
      definition: definitionOf(kept),
    })),
  read: async (client, schemas) => {
    const { folder, rollups } = await readStatus(client, schemas);
    return { folder, standing: rollups };
  },
  head: ['rollup', 'state', 'unfolded', 'lag s', 'base rows', 'base MB', 'deltas MB', 'written', 'folded at'],
  row: ({ rollup, state, unfolded, lag, sizes, generation, foldedAt }) => [
    rollup,
    state,
    unfolded.toLocaleString('en'),
    lag.toFixed(1),
    sizes.baseRows.toLocaleString('en'),
    megabytes(sizes.base),
    sizes.deltas.map(megabytes).join(' + '),
    `delta_${generation}`,
    foldedAt?.toISOString() ?? 'never',
  ],
});
