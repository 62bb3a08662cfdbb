import { type Verified, verifyBitmap } from '../bitmap/verify.ts';
import type { Finding } from '../keep/finding.ts';
import { chooseBitmaps, readWhole } from './choose-kept.ts';
import type { Command } from './command.ts';
import { printTable } from './print-table.ts';
import { progress } from './progress.ts';
import { withDatabase } from './with-database.ts';

/** More lines than anybody reads. */
const MOST_LINES = 100;

/** `altiplano bitmap verify`: exit code 1 when something differs; `repair`: when something still does. */
export const verifyCommand =
  (repair: boolean): Command['run'] =>
  async (context, flags) => {
    const chosen = chooseBitmaps(context, flags);
    const sample = readWhole('sample', flags.sample);
    const options = { ...(sample === undefined ? {} : { sample }), repair, progress: progress() };
    const verified = await withDatabase(context, async ({ url }) => {
      const done: Verified[] = [];
      for (const { schema, kept } of chosen) done.push(await verifyBitmap(url, schema, kept, options));
      return done;
    });
    context.print(verified.map((one) => describe(one, repair)).join('\n\n'), { bitmaps: verified });
    return verified.every(({ findings, left }) => (repair ? left : findings).length === 0) ? 0 : 1;
  };

function describe({ bitmap, segments, rows, findings, repaired, left }: Verified, repair: boolean): string {
  const looked = `${bitmap}: ${rows.toLocaleString('en')} rows in ${segments.toLocaleString('en')} segments`;
  if (findings.length === 0) return `${looked}, no difference`;
  const lines = [`${looked}, ${findings.length.toLocaleString('en')} findings`, printFindings(findings)];
  if (repair) lines.push(`${repaired.toLocaleString('en')} segments made again, ${left.length} findings left`);
  if (repair && left.length > 0) lines.push(printFindings(left));
  if (!repair) lines.push(findings[0]?.remedy ?? '');
  return lines.join('\n');
}

function printFindings(findings: readonly Finding[]): string {
  const rows = findings.slice(0, MOST_LINES).map(({ rule, level, evidence }) => [`${level} ${rule}`, evidence]);
  const width = Math.max(0, ...rows.map(([, evidence]) => evidence?.length ?? 0));
  const table = printTable(
    ['finding', 'evidence'],
    // Texts stand to the left.
    rows.map(([finding = '', evidence = '']) => [finding, evidence.padEnd(width)]),
  );
  return findings.length > MOST_LINES ? `${table}\n… and ${findings.length - MOST_LINES} more: --json has more` : table;
}
