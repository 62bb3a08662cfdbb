import { type SummaryDifference, type VerifiedSummary, verifySummary } from '../summary/verify.ts';
import { chooseSummaries } from './choose-kept.ts';
import type { Command } from './command.ts';
import { printTable } from './print-table.ts';
import { withDatabase } from './with-database.ts';

/** More lines than anybody reads. */
const MOST_LINES = 200;

export const summaryVerify: Command['run'] = async (context, flags) => {
  const chosen = chooseSummaries(context, flags);
  const verified = await withDatabase(context, async ({ url }) => {
    const done: VerifiedSummary[] = [];
    for (const { schema, kept } of chosen)
      done.push(await verifySummary(url, schema, kept, { repair: flags.repair === true }));
    return done;
  });
  context.print(verified.map((one) => describe(one, flags.repair === true)).join('\n\n'), { summaries: verified });
  return verified.every(({ differences }) => differences.length === 0) ? 0 : 1;
};

function describe({ summary, groups, differences, left }: VerifiedSummary, repaired: boolean): string {
  const looked = `${summary}: ${groups.toLocaleString('en')} groups`;
  if (differences.length === 0) return `${looked}, no difference`;
  const lines = [`${looked}, ${differences.length.toLocaleString('en')} figures differ`, printDifferences(differences)];
  if (repaired) lines.push(`counted again, ${left.length} differences left`);
  return lines.join('\n');
}

function printDifferences(differences: readonly SummaryDifference[]): string {
  const rows = differences
    .slice(0, MOST_LINES)
    .map(({ group, figure, kept, counted }) => [group, figure, kept ?? 'none', counted ?? 'none']);
  const more =
    differences.length > MOST_LINES ? `\n… and ${differences.length - MOST_LINES} more: --json has more` : '';
  return printTable(['group', 'figure', 'kept', 'true'], rows) + more;
}
