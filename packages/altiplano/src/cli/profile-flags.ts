import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PlannedRequest, readRequestFile } from '../profile/drive/request-file.ts';
import { suggest } from '../request/suggest.ts';
import type { Context, Flags } from './command.ts';
import { usage } from './usage.ts';

/** What the flags of a run say, checked. */
export interface RunPlan {
  readonly program: string;
  readonly requests: readonly PlannedRequest[];
  readonly origin: string;
  readonly ready: URL;
  readonly waitMilliseconds: number;
  readonly repeat: number;
  readonly concurrency: number;
  readonly level: string;
  readonly html: string | null;
  readonly baseline: string | null;
  readonly updateBaseline: boolean;
  readonly allow: string | null;
}

const LEVELS = ['counts', 'timings', 'stacks', 'full'];

/** @throws CLI_USAGE naming the flag, or the line of the file */
export function readRunPlan(context: Context, flags: Flags): RunPlan {
  const { origin = `http://127.0.0.1:${context.environment.PORT ?? 3000}`, level = 'full', ready = '/' } = flags;
  if (!LEVELS.includes(String(level))) throw usage(`--level ${level}: no such level.`, suggest(String(level), LEVELS));
  if (!isOrigin(String(origin))) throw usage(`--origin ${origin}: not an origin.`, '--origin http://127.0.0.1:3000');
  if (!URL.canParse(String(ready), String(origin))) throw usage(`--ready ${ready}: not a path.`, '--ready /health');
  if (flags['update-baseline'] === true && flags.baseline === undefined)
    throw usage('--update-baseline writes the file of --baseline.', 'Give --baseline FILE too.');
  return {
    program: existing(context, '--app', flags.app),
    requests: plannedRequests(context, flags, String(origin)),
    origin: String(origin),
    ready: new URL(String(ready), String(origin)),
    waitMilliseconds: wholeNumber('--wait', flags.wait, 60, 3600) * 1000,
    repeat: wholeNumber('--repeat', flags.repeat, 5, 10_000),
    concurrency: wholeNumber('--concurrency', flags.concurrency, 1, 256),
    level: String(level),
    html: typeof flags.html === 'string' ? resolve(context.directory, flags.html) : null,
    baseline: typeof flags.baseline === 'string' ? resolve(context.directory, flags.baseline) : null,
    updateBaseline: flags['update-baseline'] === true,
    allow: flags.allow === undefined ? null : existing(context, '--allow', flags.allow),
  };
}

function plannedRequests(context: Context, flags: Flags, origin: string): readonly PlannedRequest[] {
  if (flags.requests === undefined)
    throw usage('Say what to ask: --requests FILE.', 'A line each: \'GET /articles\', \'POST /login {"name":"ada"}\'.');
  const file = existing(context, '--requests', flags.requests);
  const read = readRequestFile(file, origin, context.environment);
  if ('problem' in read)
    throw usage(`${String(flags.requests)}, line ${read.line}: ${read.problem}`, 'See altiplano profile --help.');
  if (read.requests.length === 0)
    throw usage(`${String(flags.requests)} has no requests.`, "A line each: 'GET /articles'.");
  return read.requests;
}

function existing(context: Context, flag: string, value: unknown): string {
  const file = resolve(context.directory, String(value));
  if (!existsSync(file)) throw usage(`${flag} ${String(value)}: no such file.`, `Below ${context.directory}.`);
  return file;
}

function wholeNumber(flag: string, value: unknown, otherwise: number, most: number): number {
  if (value === undefined) return otherwise;
  const number = /^\d{1,6}$/.test(String(value)) ? Number(value) : 0;
  if (number < 1 || number > most)
    throw usage(`${flag} ${String(value)}: not a number from 1 to ${most}.`, `${flag} ${otherwise}`);
  return number;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
