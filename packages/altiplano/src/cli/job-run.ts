import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { startRun } from '../jobs/inline.ts';
import { findJob, payloadText } from '../jobs/payload.ts';
import { perform } from '../jobs/perform.ts';
import type { AcceptedMembers } from '../resource/accept.ts';
import { findApp } from './choose-apps.ts';
import type { Context, Flags } from './command.ts';
import { readKeyRing } from './key-ring.ts';
import { progress } from './progress.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export async function runJob(
  context: Context,
  flags: Flags,
  [title = '', ...rest]: readonly string[],
): Promise<number> {
  const [appName = '', name = ''] = title.split(':');
  if (name === '' || rest.length > 0) throw usage('Name one job.', 'altiplano job run field:wellness');
  const app = findApp(context, appName);
  const job = findJob(app.jobs ?? [], name);
  const payload = readFlags(job.payload, flags);
  const text = told(() => payloadText(job, payload));
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());
  const show = progress();
  const performed = await withDatabase(context, async ({ url }) => {
    const run = await startRun(url, app.name, job, text);
    if (run.resumed) context.note(`${title}: goes on where run ${run.id} stopped`);
    const done = await perform({
      url,
      job,
      sealing: { app, keys: readKeyRing(join(context.directory, '.altiplano'), context.environment) },
      run: run.id,
      once: true,
      signal: stopping.signal,
      tell: (step) => show({ name: title, done: step.done, total: step.total ?? step.done + 1 }),
    });
    return { id: run.id, ...done };
  });
  const { state, problem, id } = performed;
  const said = {
    done: 'done',
    failed: 'failed',
    waiting: 'stopped; run it again to go on',
    elsewhere: 'is run elsewhere',
  };
  context.print(`${title}: ${said[state]}${problem === null ? '' : `: ${problem}`}`, {
    job: title,
    run: id,
    state,
    problem,
  });
  return state === 'done' ? 0 : 1;
}

const OWN = ['app', 'json', 'help'];

/** Flags as JSON texts: a number or `true` where one is wanted, else a text. */
function readFlags(payload: AcceptedMembers, flags: Flags): ReadonlyMap<string, string> {
  const named = Object.entries(flags).filter(([flag, value]) => !OWN.includes(flag) && value !== undefined);
  return new Map(
    named.map(([flag, value]) => {
      const name = flag.replaceAll('-', '_');
      const kind = payload[name]?.value.kind ?? 'text';
      const isLiteral = ['boolean', 'integer', 'float', 'decimal', 'bigint'].includes(kind);
      const text = String(value);
      return [name, isLiteral && /^(true|false|-?\d+(\.\d+)?)$/.test(text) ? text : JSON.stringify(text)] as const;
    }),
  );
}

function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure) || error.errors === undefined) throw error;
    const lines = Object.entries(error.errors).map(([name, messages]) => `--${name}: ${messages.join(' ')}`);
    throw usage(lines.join('\n'), 'What a job is told is declared as its `payload`.');
  }
}
