import { sqlCommand } from './audit-sql.ts';
import { APP_OPTIONS } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';

const COMMANDS: Readonly<Record<string, Command['run']>> = { sql: sqlCommand };

export const audit: Command = {
  summary: 'print the migration of the audit trail',
  usage: `altiplano audit sql [--app NAME] [--schema NAME]

sql     prints the migration that makes what is declared, or what the database keeps otherwise`,
  options: APP_OPTIONS,
  async run(context, flags, [name = '', ...rest]) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > 0)
      throw usage(`'${[name, ...rest].join(' ').slice(0, 40)}' is nothing to do with the trail.`, audit.usage);
    return command(context, flags, rest);
  },
};
