import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'docs/benchmarks.md';
const PREFACE = `# Benchmarks

What the endpoints cost, measured by \`npm run bench -- <scenario>\` (see [bench/](../bench/README.md)). The sections
below are written by that command from the JSON in \`bench/results/\`: change the scenario, not the table.
`;

/** Replaces a scenario's section between its markers, or adds it at the end. */
export function putSection(root: URL, scenario: string, section: string): string {
  const file = new URL(FILE, root);
  const begin = `<!-- ${scenario}: generated -->`;
  const end = `<!-- ${scenario}: end -->`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : PREFACE;
  const block = `${begin}\n\n${section.trim()}\n\n${end}`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  const changed =
    from < 0 || to < from
      ? `${text.trimEnd()}\n\n${block}\n`
      : text.slice(0, from) + block + text.slice(to + end.length);
  writeFileSync(file, changed);
  return FILE;
}
