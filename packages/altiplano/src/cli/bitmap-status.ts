import { bitmapDefinitionOf } from '../bitmap/definition.ts';
import { type BitmapStatus, readStatus } from '../bitmap/status.ts';
import { chooseBitmaps } from './choose-kept.ts';
import { megabytes, statusCommand } from './kept-status.ts';
import { printTable } from './print-table.ts';

export const bitmapStatus = statusCommand<BitmapStatus>({
  kind: 'bitmap',
  choose: (context, flags) =>
    chooseBitmaps(context, flags).map(({ app, schema, kept }) => ({
      app,
      schema,
      name: kept.name,
      definition: bitmapDefinitionOf(kept),
    })),
  read: async (client, schemas) => {
    const { folder, bitmaps } = await readStatus(client, schemas);
    return { folder, standing: bitmaps };
  },
  head: [
    'bitmap',
    'state',
    'rows',
    'segments',
    'bitmaps',
    'MB',
    'unfolded',
    'consumed',
    'lag s',
    'written',
    'folded at',
  ],
  row: ({ bitmap, state, sizes, unfolded, consumed, lag, generation, foldedAt }) => [
    bitmap,
    state,
    figure(sizes.rows),
    figure(sizes.segments),
    figure(sizes.bitmaps),
    megabytes(sizes.bytes),
    figure(unfolded),
    figure(consumed),
    lag.toFixed(1),
    `tail_${generation}`,
    foldedAt?.toISOString() ?? 'never',
  ],
  more: (standing) => standing.flatMap(describe),
});

function describe({ sizes, largest }: BitmapStatus): readonly string[] {
  return [
    '',
    printTable(
      ['table', 'MB'],
      Object.entries(sizes.tables).map(([table, bytes]) => [table, megabytes(bytes)]),
    ),
    '',
    printTable(
      ['largest tenants', 'rows', 'segments', 'terms', 'MB of bits'],
      largest.map(({ tenant, rows, segments, terms, bytes }) => [
        tenant,
        figure(rows),
        figure(segments),
        figure(terms),
        megabytes(bytes),
      ]),
    ),
    '',
  ];
}

const figure = (value: number): string => value.toLocaleString('en');
