import type { Command, Context } from './command.ts';
import { runJob } from './job-run.ts';
import { jobStatus } from './job-status.ts';
import { usage } from './usage.ts';

const COMMANDS: Readonly<
  Record<string, (context: Context, flags: Parameters<Command['run']>[1], rest: readonly string[]) => Promise<number>>
> = { run: runJob, status: jobStatus };

export const job: Command = {
  summary: 'run a job here and now, or see how jobs stand',
  usage: `altiplano job run APP:NAME [what it is to be told]
altiplano job status [--app NAME]

run     in this process, with progress; goes on where one that was told the same was stopped or killed. Exit code 1: it failed
          altiplano job run field:wellness --period 2026-10
status  the last runs of each job; exit code 1 when the last one of a job failed`,
  options: { app: { type: 'string', multiple: true } },
  loose: true,
  async run(context, flags, [name = '', ...rest]) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw usage(`'${name.slice(0, 40)}' is nothing to do with a job.`, job.usage);
    return command(context, flags, rest);
  },
};
