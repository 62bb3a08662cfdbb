import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { putSection } from '../result/docs.ts';
import { describeMachine, readCommit } from '../result/machine.ts';
import { align } from '../result/table.ts';
import { describePostgres } from '../server/postgres.ts';
import type { Outcome } from './storm.ts';

const RESULT = 'bench/results/storm.json';

interface Kept extends Outcome {
  readonly at: string;
  readonly commit: string | null;
  readonly machine: string;
  readonly postgres: string;
}

export function table({ storm, clients, minutes, counts, wrong }: Outcome): string {
  const lines = Object.entries(counts).map(([what, number]) => [`  ${what}`, number.toLocaleString('en')]);
  const verdict = wrong.length === 0 ? ['Nothing wrong.'] : ['WRONG:', ...wrong.map((what) => `  ${what}`)];
  return [`${storm}: ${clients} clients, ${minutes} minutes`, ...align(lines, 1), ...verdict].join('\n');
}

/** In the result, beside the other storms' last ones, and as a section of the docs. */
export async function keepOutcome(root: URL, url: string, outcome: Outcome): Promise<void> {
  const file = new URL(RESULT, root);
  const before: readonly Kept[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).storms : [];
  const made = { at: new Date().toISOString(), commit: readCommit(root), machine: describeMachine() };
  const kept: Kept = { ...outcome, ...made, postgres: await describePostgres(url) };
  const storms = [...before.filter(({ storm }) => storm !== outcome.storm), kept];
  for (const folder of ['bench/results/', 'docs/']) mkdirSync(new URL(folder, root), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ storms }, null, 2)}\n`);
  putSection(root, 'storm', sectionOf(storms));
}

function sectionOf(storms: readonly Kept[]): string {
  return [
    '## storm',
    '`npm run bench -- storm <name>`: many clients at once, servers and workers killed at random (SIGKILL) and started again, clients that ask again whatever was not answered; what is recounted is told in [bench/](../bench/README.md#storm).',
    ...storms.map((one) => {
      const from = `${one.machine}; ${one.postgres}; commit ${one.commit ?? 'unknown'}; ${one.at.slice(0, 10)}.`;
      return `${from}\n\n\`\`\`text\n${table(one)}\n\`\`\``;
    }),
  ].join('\n\n');
}
