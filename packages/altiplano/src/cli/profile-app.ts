import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../errors/failure.ts';
import { diagnose } from '../profile/diagnose/diagnose.ts';
import { type Answered, awaitAnswer, drive } from '../profile/drive/drive.ts';
import { type Program, startProgram } from '../profile/drive/program.ts';
import { readRecordings } from '../profile/drive/read-recordings.ts';
import type { Profile } from '../profile/profile.ts';
import { htmlReport } from '../profile/report/html-report.ts';
import { countingFindings, makeReport } from '../profile/report/report.ts';
import { findVerdicts } from '../profile/verdict/verdicts.ts';
import type { Context, Flags } from './command.ts';
import { openAccepted } from './profile-accepted.ts';
import { type RunPlan, readRunPlan } from './profile-flags.ts';
import { textReport } from './profile-text.ts';
import { progress } from './progress.ts';

const REQUEST_MILLISECONDS = 60_000;

/** Starts a program, asks it what the file says, tells what was found. */
export async function profileApp(context: Context, flags: Flags, words: readonly string[]): Promise<number> {
  const plan = readRunPlan(context, flags);
  const accepted = openAccepted(plan, new Date());
  const { profiles, answered } = await run(context, plan, words);
  const report = makeReport(profiles, { program: basename(plan.program), at: new Date(), accepted: accepted.of });
  noteFailures(context, answered);
  const silence = silenceOf(profiles, answered);
  if (silence !== null) context.note(silence);
  for (const line of accepted.notes(report.findings)) context.note(line);
  if (plan.updateBaseline && silence === null) context.note(accepted.update(report.findings));
  if (plan.html !== null) {
    writeFileSync(plan.html, htmlReport(report), { mode: 0o600 });
    context.note(`wrote ${plan.html}`);
  }
  context.print(textReport(report), report);
  if (silence !== null) return 1;
  return plan.updateBaseline || countingFindings(report).length === 0 ? 0 : 1;
}

/** Why a run shows nothing, though nothing was found in it; null where it shows something. */
function silenceOf(profiles: readonly Profile[], answered: readonly Answered[]): string | null {
  if (answered.every(({ status }) => status === null || status >= 500))
    return 'every answer was a failure (500 or more, or none): nothing can be said of this program';
  if (profiles.every(({ statements }) => statements === 0))
    return 'no statement was seen: is PostgreSQL asked through pg or postgres, and by the process that --app starts?';
  return null;
}

interface Ran {
  readonly profiles: readonly Profile[];
  readonly answered: readonly Answered[];
}

async function run(context: Context, plan: RunPlan, words: readonly string[]): Promise<Ran> {
  const directory = mkdtempSync(join(tmpdir(), 'altiplano-profile-'));
  const file = join(directory, 'recordings.jsonl');
  const program = startProgram({
    options: ['--import', import.meta.resolve('altiplano/profile/register')],
    file: plan.program,
    arguments: words,
    environment: { ...context.environment, ALTIPLANO_PROFILE_OUT: file, ALTIPLANO_PROFILE: plan.level },
    directory: dirname(plan.program) === context.directory ? context.directory : process.cwd(),
  });
  const stop = () => void program.stop().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { since, answered } = await ask(plan, program);
    await settle(file, since, answered.length);
    await program.stop();
    return { profiles: await profilesOf(file, since), answered };
  } finally {
    await program.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ask(plan: RunPlan, program: Program): Promise<{ since: number; answered: readonly Answered[] }> {
  const patience = setTimeout(tellWaiting, 2_000, plan);
  const silent = await awaitAnswer(plan.ready, plan.waitMilliseconds, program.ended);
  clearTimeout(patience);
  if (silent !== null) throw failed(plan, silent, program);
  const settings = { ...plan, timeout: REQUEST_MILLISECONDS, ended: program.ended };
  // What only reads is asked once beforehand: first requests compile, connect and fill caches.
  await drive(
    plan.requests.filter(({ method }) => method === 'GET' || method === 'HEAD'),
    { ...settings, progress: () => {} },
  );
  const since = Date.now();
  const requests = plan.requests.flatMap((request) => Array<typeof request>(request.times * plan.repeat).fill(request));
  const tell = progress();
  const report = (done: number) => tell({ name: 'requests', done, total: requests.length });
  report(0);
  const answered = await drive(requests, { ...settings, progress: report });
  const ended = program.ended();
  if (ended !== null) throw failed(plan, `it ended with ${ended} after ${answered.length} requests`, program);
  return { since, answered };
}

/** A program that listens elsewhere looks like one that takes its time to start. */
function tellWaiting({ ready, waitMilliseconds }: RunPlan): void {
  const most = Math.round(waitMilliseconds / 1_000);
  process.stderr.write(
    `waiting up to ${most} s for ${ready.href} to answer (--origin, --ready: where the program does)\n`,
  );
}

function failed(plan: RunPlan, problem: string, program: Program): Failure {
  return new Failure('CLI_PROFILE_FAILED', {
    values: { program: basename(plan.program), problem, said: `It said last:\n${program.lastWords()}` },
  });
}

/** A client has an answer before the server's request is over: the last recording may be a moment behind. */
async function settle(file: string, since: number, expected: number): Promise<void> {
  for (const pause of [0, 20, 100, 400, 1500]) {
    await sleep(pause);
    let recorded = 0;
    await readRecordings(file, since, () => recorded++);
    // Some are never recorded: those that Node itself refuses.
    if (recorded >= expected) return;
  }
}

async function profilesOf(file: string, since: number): Promise<readonly Profile[]> {
  const profiles: Profile[] = [];
  await readRecordings(file, since, (recording) => {
    profiles.push(diagnose(recording, { findings: findVerdicts(recording) }));
  });
  return profiles;
}

const TOLD_FAILURES = 5;
const TOLD_CHARACTERS = 120;

function noteFailures(context: Context, answered: readonly Answered[]): void {
  const failures = answered.filter(({ status }) => status === null || status >= 400);
  // As it stands in the file: what is filled in may be a secret, and this a log.
  const lines = failures.map(
    ({ request, status, problem }) =>
      `line ${request.line}: ${request.written.slice(0, TOLD_CHARACTERS)}: ${problem ?? `status ${status}`}`,
  );
  const told = [...new Set(lines)];
  for (const line of told.slice(0, TOLD_FAILURES)) context.note(line);
  if (told.length > TOLD_FAILURES)
    context.note(`and ${told.length - TOLD_FAILURES} more lines of the file were refused`);
}
