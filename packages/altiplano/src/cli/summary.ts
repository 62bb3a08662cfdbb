import { buildSummaries } from '../summary/build.ts';
import { buildCommand } from './build-kept.ts';
import { APP_OPTIONS } from './choose-apps.ts';
import { chooseSummaries } from './choose-kept.ts';
import type { Command } from './command.ts';
import { summarySql } from './summary-sql.ts';
import { summaryStatus } from './summary-status.ts';
import { summaryVerify } from './summary-verify.ts';
import { usage } from './usage.ts';

const COMMANDS: Readonly<Record<string, Command['run']>> = {
  build: buildCommand(chooseSummaries, buildSummaries),
  verify: summaryVerify,
  status: summaryStatus,
  sql: summarySql,
};

export const summary: Command = {
  summary: 'build, verify and look at figures of whole tables',
  usage: `altiplano summary build|verify|status|sql [--app NAME]… [--schema NAME] [--name SUMMARY]…

build   counts what is not built, in one statement each, while the tables are written
          --rebuild  counts again what is ready
verify  compares what is read with a recount; exit code 1 when they differ
          --repair   counts again those that differ
status  state, lag, sizes; exit code 1 when something is wrong
sql     prints the migration that makes them`,
  options: {
    ...APP_OPTIONS,
    name: { type: 'string', multiple: true },
    rebuild: { type: 'boolean' },
    repair: { type: 'boolean' },
  },
  async run(context, flags, [name = '', ...rest]) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > 0)
      throw usage(`'${[name, ...rest].join(' ').slice(0, 40)}' is nothing to do with a summary.`, summary.usage);
    return command(context, flags, rest);
  },
};
