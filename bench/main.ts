import { parseArgs } from 'node:util';
import { suggest } from 'altiplano/testing';
import { printTable } from './result/table.ts';
import { writeReport } from './result/write.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const ROOT = new URL('../', import.meta.url);
const USAGE = `npm run bench -- <scenario> [--quick] [--json]

  --quick  the same cases on small volumes, within two minutes
  --json   the result instead of the table

Environment: BENCH_DATABASE_URL (a superuser's; else an embedded PostgreSQL in .altiplano/bench).

Scenarios:
${SCENARIOS.map(({ name, summary }) => `  ${name}  ${summary}`).join('\n')}`;

process.exitCode = await main(process.argv.slice(2));

/** Exit code: 0 measured, 1 failed, 2 wrong use. */
async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (typeof options === 'string') {
    console.error(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.scenario === null) {
    console.log(USAGE);
    return 0;
  }
  try {
    await run(options.scenario, options.quick, options.json);
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  }
}

async function run(scenario: Scenario, quick: boolean, json: boolean): Promise<void> {
  const started = performance.now();
  const report = await scenario.run({ root: ROOT, quick, note: (line) => console.error(line) });
  const files = writeReport(ROOT, report, { withDocs: !quick });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.error(`\n${scenario.name} took ${seconds} s; wrote ${files.join(', ')}`);
  if (json) return console.log(JSON.stringify(report.result, null, 2));
  console.log(printTable(report.result, process.stdout.isTTY === true));
  console.log(`\n${report.conclusions.join('\n')}`);
}

interface Options {
  readonly scenario: Scenario | null;
  readonly quick: boolean;
  readonly json: boolean;
}

function readOptions(words: readonly string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const [name, ...others] = positionals;
    const rest = { quick: values.quick === true, json: values.json === true };
    if (name === undefined || values.help) return { scenario: null, ...rest };
    if (others.length > 0) return 'One scenario at a time.';
    const names = SCENARIOS.map((scenario) => scenario.name);
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    return found === undefined ? `No scenario '${name}'. ${suggest(name, names)}` : { scenario: found, ...rest };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
