import { summaryDefinitionOf } from '../summary/definition.ts';
import { readSummaryStatus, type SummaryStatus } from '../summary/status.ts';
import { chooseSummaries } from './choose-kept.ts';
import { megabytes, statusCommand } from './kept-status.ts';

export const summaryStatus = statusCommand<SummaryStatus>({
  kind: 'summary',
  choose: (context, flags) =>
    chooseSummaries(context, flags).map(({ app, schema, kept }) => ({
      app,
      schema,
      name: kept.name,
      definition: summaryDefinitionOf(kept),
    })),
  read: readSummaryStatus,
  head: ['summary', 'state', 'unfolded', 'lag s', 'groups', 'MB', 'deltas MB', 'written', 'folded at'],
  row: ({ summary, state, unfolded, lag, groups, bytes, deltaBytes, generation, foldedAt }) => [
    summary,
    state,
    unfolded.toLocaleString('en'),
    lag.toFixed(1),
    groups.toLocaleString('en'),
    megabytes(bytes),
    deltaBytes.map(megabytes).join(' + '),
    `delta_${generation}`,
    foldedAt?.toISOString() ?? 'never',
  ],
});
