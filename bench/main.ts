import { parseArgs } from 'node:util';
import { suggest } from 'altiplano/testing';
import { foreign } from './foreign/main.ts';
import { printTable } from './result/table.ts';
import { writeReport } from './result/write.ts';
import type { Flags, Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { storm } from './storm/main.ts';

const ROOT = new URL('../', import.meta.url);
const USAGE = `npm run bench -- <scenario> [--quick] [--json]

  --quick  the same cases on small volumes, within two minutes
  --json   the result instead of the table

Environment: BENCH_DATABASE_URL (a superuser's; else an embedded PostgreSQL in .altiplano/bench).

Scenarios:
${SCENARIOS.map(describe).join('\n')}

npm run bench -- foreign --help: what profiling finds in programs nobody here wrote.
npm run bench -- storm: many at once, processes killed at random, and a recount.`;

const [first, ...others] = process.argv.slice(2);
// No scenarios: nothing is timed, and what comes out is right or wrong.
const commands: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = { foreign, storm };
process.exitCode = await (commands[first ?? '']?.(others) ?? main(process.argv.slice(2)));

function describe({ name, summary, options = {} }: Scenario): string {
  const own = Object.entries(options).map(([option, value]) => `    --${option}${value === null ? '' : ` ${value}`}`);
  return [`  ${name}  ${summary}`, ...own].join('\n');
}

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
    await run(options.scenario, options);
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  }
}

async function run(scenario: Scenario, { quick, json, flags }: Options): Promise<void> {
  const started = performance.now();
  const report = await scenario.run({ root: ROOT, quick, flags, note: (line) => console.error(line) });
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
  readonly flags: Flags;
}

function readOptions(words: readonly string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...scenarioOptions(),
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const [name, ...others] = positionals;
    const { quick, json, help, ...flags } = values as Flags;
    const rest = { quick: quick === true, json: json === true, flags };
    if (name === undefined || help) return { scenario: null, ...rest };
    if (others.length > 0) return 'One scenario at a time.';
    const names = SCENARIOS.map((scenario) => scenario.name);
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found === undefined) return `No scenario '${name}'. ${suggest(name, names)}`;
    const foreign = Object.keys(flags).find((flag) => !(flag in (found.options ?? {})));
    return foreign === undefined ? { scenario: found, ...rest } : `${name} has no option --${foreign}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function scenarioOptions(): Record<string, { type: 'string' | 'boolean' }> {
  const all = SCENARIOS.flatMap(({ options = {} }) => Object.entries(options));
  return Object.fromEntries(all.map(([name, value]) => [name, { type: value === null ? 'boolean' : 'string' }]));
}
