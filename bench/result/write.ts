import { mkdirSync, writeFileSync } from 'node:fs';
import type { Report } from '../scenario.ts';
import { putSection } from './docs.ts';

const RESULTS = 'bench/results/';

/** Writes result and plots, and the scenario's section of the docs where they are to follow; returns the files' names. */
export function writeReport(root: URL, report: Report, { withDocs }: { readonly withDocs: boolean }): string[] {
  const { result, plots, section } = report;
  mkdirSync(new URL(RESULTS, root), { recursive: true });
  const files = {
    [`${RESULTS}${result.scenario}.json`]: `${JSON.stringify(result, null, 2)}\n`,
    ...Object.fromEntries(Object.entries(plots).map(([name, svg]) => [`${RESULTS}${name}`, svg])),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, root), text);
  return [...Object.keys(files), ...(withDocs ? [putSection(root, result.scenario, section)] : [])];
}
