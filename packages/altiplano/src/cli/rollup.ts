import { buildRollups } from '../rollup/build.ts';
import { buildCommand } from './build-kept.ts';
import { APP_OPTIONS } from './choose-apps.ts';
import { chooseRollups } from './choose-kept.ts';
import type { Command } from './command.ts';
import { sqlCommand } from './rollup-sql.ts';
import { rollupStatus } from './rollup-status.ts';
import { verifyCommand } from './rollup-verify.ts';
import { usage } from './usage.ts';

const COMMANDS: Readonly<Record<string, Command['run']>> = {
  build: buildCommand(chooseRollups, buildRollups),
  verify: verifyCommand,
  status: rollupStatus,
  sql: sqlCommand,
};

export const rollup: Command = {
  summary: 'build, verify and look at figures that are kept',
  usage: `altiplano rollup build|verify|status|sql [--app NAME]… [--schema NAME] [--name ROLLUP]…

build   counts what is not built, while the tables are written; goes on where a killed one was
          --rebuild  counts again what is ready      --jobs N     ranges at the same time (1)
verify  compares what is read with a recount; exit code 1 when they differ
          --sample N only so many parents            --repair     counts those that differ again
status  state, lag, sizes; exit code 1 when something is wrong
sql     prints the migration that makes them; with --orders the one that lets rows be ordered by their figures`,
  options: {
    ...APP_OPTIONS,
    name: { type: 'string', multiple: true },
    rebuild: { type: 'boolean' },
    jobs: { type: 'string' },
    sample: { type: 'string' },
    repair: { type: 'boolean' },
    orders: { type: 'boolean' },
  },
  async run(context, flags, [name = '', ...rest]) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > 0)
      throw usage(`'${[name, ...rest].join(' ').slice(0, 40)}' is nothing to do with a rollup.`, rollup.usage);
    return command(context, flags, rest);
  },
};
