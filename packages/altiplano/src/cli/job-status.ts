import { withOwner } from '../execute/owner.ts';
import { type JobStanding, readStanding } from '../jobs/status.ts';
import { chooseApps } from './choose-apps.ts';
import type { Context, Flags } from './command.ts';
import { printTable } from './print-table.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

const HEAD = ['job', 'state', 'done', 'attempt', 'asked for', 'ended', 'problem'];

export async function jobStatus(context: Context, flags: Flags, rest: readonly string[]): Promise<number> {
  if (rest.length > 0) throw usage('Name no job: all of them are shown.', 'altiplano job status --app field');
  const apps = chooseApps(context, flags).map(({ name }) => name);
  const runs = await withDatabase(context, ({ url }) => withOwner(url, (client) => readStanding(client, apps)));
  context.print(runs.length === 0 ? 'no job has run yet' : printTable(HEAD, runs.map(line)), { runs });
  return runs.some(({ newest, state }) => newest && state === 'failed') ? 1 : 0;
}

function line({ job, state, done, total, attempts, createdAt, finishedAt, problem }: JobStanding): readonly string[] {
  return [
    job,
    state,
    total === null ? String(done) : `${done} of ${total}`,
    String(attempts),
    createdAt,
    finishedAt ?? '',
    problem ?? '',
  ];
}
