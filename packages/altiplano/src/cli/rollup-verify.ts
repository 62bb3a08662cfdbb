import { type Difference, type Verified, verifyRollup } from '../rollup/verify.ts';
import { chooseRollups, readWhole } from './choose-kept.ts';
import type { Command } from './command.ts';
import { printTable } from './print-table.ts';
import { progress } from './progress.ts';
import { withDatabase } from './with-database.ts';

/** More lines than anybody reads. */
const MOST_LINES = 200;

export const verifyCommand: Command['run'] = async (context, flags) => {
  const chosen = chooseRollups(context, flags);
  const sample = readWhole('sample', flags.sample);
  const options = {
    ...(sample === undefined ? {} : { sample }),
    repair: flags.repair === true,
    progress: progress(),
  };
  const verified = await withDatabase(context, async ({ url }) => {
    const done: Verified[] = [];
    for (const { schema, kept } of chosen) done.push(await verifyRollup(url, schema, kept, options));
    return done;
  });
  context.print(verified.map(describe).join('\n\n'), { rollups: verified });
  return verified.every(({ wrong }) => wrong === 0) ? 0 : 1;
};

function describe({ rollup, parents, wrong, differences, repaired, left }: Verified): string {
  const looked = `${rollup}: ${parents.toLocaleString('en')} parents`;
  if (wrong === 0) return `${looked}, no difference`;
  const lines = [`${looked}, figures of ${wrong.toLocaleString('en')} differ`, printDifferences(differences)];
  if (repaired > 0) lines.push(`${repaired} parents counted again, ${left.length} differences left`);
  if (repaired > 0 && left.length > 0) lines.push(printDifferences(left));
  return lines.join('\n');
}

function printDifferences(differences: readonly Difference[]): string {
  const rows = differences
    .slice(0, MOST_LINES)
    .map(({ parent, figure, kept, counted }) => [parent, figure, kept ?? 'null', counted ?? 'null']);
  const more =
    differences.length > MOST_LINES ? `\n… and ${differences.length - MOST_LINES} more: --json has more` : '';
  return printTable(['parent', 'figure', 'kept', 'true'], rows) + more;
}
