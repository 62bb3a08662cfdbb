import { withOwner } from '../execute/owner.ts';
import { judge } from '../rollup/judge.ts';
import { type FolderSession, type RollupStatus, readStatus } from '../rollup/status.ts';
import { chooseRollups } from './choose-rollups.ts';
import type { Command } from './command.ts';
import { printTable } from './print-table.ts';
import { withDatabase } from './with-database.ts';

export const statusCommand: Command['run'] = async (context, flags) => {
  const declared = chooseRollups(context, flags);
  const schemas = [...new Set(declared.map(({ schema }) => schema))];
  const names = declared.map(({ rollup }) => rollup.name);
  const status = await withDatabase(context, ({ url }) => withOwner(url, (client) => readStatus(client, schemas)));
  const rollups = flags.name === undefined ? status.rollups : status.rollups.filter(({ name }) => names.includes(name));
  const findings = judge({ ...status, rollups }, declared);
  const text = [
    printTable(HEAD, rollups.map(rowOf)),
    describeFolder(status.folder),
    ...findings.map(({ level, evidence, remedy }) => `${level}: ${evidence}\n  ${remedy}`),
  ].join('\n');
  const shown = rollups.map(({ definition: _definition, ...rest }) => rest);
  context.print(text, { folder: status.folder, rollups: shown, findings });
  return findings.length === 0 ? 0 : 1;
};

const HEAD = ['rollup', 'state', 'unfolded', 'lag s', 'base rows', 'base MB', 'deltas MB', 'written', 'folded at'];

function rowOf({ rollup, state, unfolded, lag, sizes, generation, foldedAt }: RollupStatus): readonly string[] {
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  return [
    rollup,
    state,
    unfolded.toLocaleString('en'),
    lag.toFixed(1),
    sizes.baseRows.toLocaleString('en'),
    megabytes(sizes.base),
    sizes.deltas.map(megabytes).join(' + '),
    `delta_${generation}`,
    foldedAt?.toISOString() ?? 'never',
  ];
}

function describeFolder(folder: FolderSession | null): string {
  return folder === null ? 'nobody folds at the moment' : `folding: ${folder.application}, pid ${folder.pid}`;
}
