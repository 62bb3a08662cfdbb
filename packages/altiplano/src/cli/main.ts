import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Failure } from '../errors/failure.ts';
import { suggest } from '../request/suggest.ts';
import type { App } from '../resource/app.ts';
import { audit } from './audit.ts';
import { bitmap } from './bitmap.ts';
import type { Command, Context } from './command.ts';
import { encryption } from './encryption.ts';
import { explain } from './explain.ts';
import { identity } from './identity.ts';
import { job } from './job.ts';
import { migrateCommand } from './migrate.ts';
import { profile } from './profile.ts';
import { rollup } from './rollup.ts';
import { sample } from './sample.ts';
import { serveCommand } from './serve.ts';
import { start } from './start.ts';
import { states } from './states.ts';
import { summary } from './summary.ts';
import { tenants } from './tenants.ts';
import { token } from './token.ts';
import { url } from './url.ts';
import { usage } from './usage.ts';
import { worker } from './worker.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  serve: serveCommand,
  migrate: migrateCommand,
  sample,
  token,
  explain,
  profile,
  rollup,
  summary,
  bitmap,
  job,
  audit,
  encryption,
  tenants,
  identity,
  states,
  worker,
  url,
};
const COMMON = { help: { type: 'boolean' }, json: { type: 'boolean' } } as const;

/** Where a command runs and whom it tells. */
export interface Surroundings {
  /** The configuration is looked for from here upwards. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
}

const PROCESS: Surroundings = {
  directory: process.cwd(),
  environment: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Runs one command. Returns the exit code: 0 fine, 1 findings or failure, 2 wrong use. */
export async function main(argv: readonly string[], around: Surroundings = PROCESS): Promise<number> {
  const [name = '', ...rest] = argv;
  try {
    if (name === '' || name === 'help' || name === '--help') {
      around.out(overview());
      return name === '' ? 2 : 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined)
      throw usage(`Unknown command '${name.slice(0, 40)}'.`, suggest(name, Object.keys(COMMANDS)));
    return await runCommand(command, rest, around);
  } catch (error) {
    return report(error, around);
  }
}

async function runCommand(command: Command, argv: readonly string[], around: Surroundings): Promise<number> {
  const { values, positionals } = parse(command, argv);
  if (values.help === true) {
    around.out(`${command.usage}\n`);
    return 0;
  }
  const json = values.json === true;
  const { apps, directory } = await loadConfiguration(around.directory, command.anywhere === true);
  const context: Context = {
    apps,
    directory,
    environment: around.environment,
    note: (line) => around.err(`${line}\n`),
    print: (text, value) => around.out(json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`),
  };
  return command.run(context, values, positionals);
}

function parse(command: Command, argv: readonly string[]) {
  try {
    const options = { ...COMMON, ...command.options };
    const all = command.loose === true ? { ...furtherFlags(argv), ...options } : options;
    return parseArgs({ args: [...argv], options: all, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), command.usage);
  }
}

/** Flags that only the command's own app can judge; they take a value. */
function furtherFlags(argv: readonly string[]): Command['options'] {
  const names = argv.flatMap((argument) => /^--([^=]+)/.exec(argument)?.[1] ?? []);
  return Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
}

/** The nearest `altiplano.config` above a folder says which apps there are. */
async function loadConfiguration(
  from: string,
  anywhere: boolean,
): Promise<{ readonly apps: readonly App[]; readonly directory: string }> {
  // Not even read: what a foreign program's folder holds may be of another project.
  if (anywhere) return { apps: [], directory: from };
  for (let directory = from; ; directory = dirname(directory)) {
    const file = ['altiplano.config.ts', 'altiplano.config.js'].map((name) => join(directory, name)).find(existsSync);
    if (file !== undefined) {
      const module = await import(pathToFileURL(file).href);
      return { apps: module.default.apps, directory };
    }
    if (directory === dirname(directory))
      throw usage('No altiplano.config.ts in this folder or above.', 'Make one: `export default { apps: […] }`.');
  }
}

function report(error: unknown, around: Surroundings): number {
  if (!(error instanceof Failure)) throw error;
  around.err(`${error.message}\n${error.hint}\n${error.code === 'CLI_USAGE' ? '' : `(${error.code})\n`}`);
  return error.code === 'CLI_USAGE' ? 2 : 1;
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map(({ length }) => length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `altiplano <command> [--help] [--json]\n\n${lines.join('\n')}\n`;
}
