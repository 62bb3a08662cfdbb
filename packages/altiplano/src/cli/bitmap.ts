import { buildBitmaps } from '../bitmap/build.ts';
import { sqlCommand } from './bitmap-sql.ts';
import { bitmapStatus } from './bitmap-status.ts';
import { verifyCommand } from './bitmap-verify.ts';
import { buildCommand } from './build-kept.ts';
import { APP_OPTIONS } from './choose-apps.ts';
import { chooseBitmaps } from './choose-kept.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';

const COMMANDS: Readonly<Record<string, Command['run']>> = {
  build: buildCommand(chooseBitmaps, buildBitmaps),
  verify: verifyCommand(false),
  repair: verifyCommand(true),
  status: bitmapStatus,
  sql: sqlCommand,
};

export const bitmap: Command = {
  summary: 'build, verify, repair and look at bitmaps',
  usage: `altiplano bitmap build|verify|repair|status|sql [--app NAME]… [--schema NAME] [--name BITMAP]…

build   builds what is not built, while the tables are written; goes on where a killed one was
          --rebuild  builds again what is ready      --jobs N     tenants at the same time (1)
verify  compares what is found with the rows; exit code 1 when they differ
          --sample N only so many segments
repair  the same, and makes again what differs; exit code 1 when something is left
status  state, lag, sizes, the largest tenants; exit code 1 when something is wrong
sql     prints the migration that makes them, or that changes what is declared otherwise now`,
  options: {
    ...APP_OPTIONS,
    name: { type: 'string', multiple: true },
    rebuild: { type: 'boolean' },
    jobs: { type: 'string' },
    sample: { type: 'string' },
  },
  async run(context, flags, [name = '', ...rest]) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > 0)
      throw usage(`'${[name, ...rest].join(' ').slice(0, 40)}' is nothing to do with a bitmap.`, bitmap.usage);
    return command(context, flags, rest);
  },
};
