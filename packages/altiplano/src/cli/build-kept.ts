import { type BuiltBitmap, buildBitmaps } from '../bitmap/build.ts';
import type { App } from '../resource/app.ts';
import { type BuiltRollup, buildRollups } from '../rollup/build.ts';
import { type BuiltSummary, buildSummaries } from '../summary/build.ts';
import { type Chosen, readWhole } from './choose-kept.ts';
import type { Command, Context, Flags } from './command.ts';
import { progress } from './progress.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

type Built = BuiltRollup | BuiltSummary | BuiltBitmap;

/** What both ways to build take. */
interface Options {
  readonly names?: readonly string[];
  readonly rebuild?: boolean;
  readonly jobs?: number;
  readonly note?: (line: string) => void;
  readonly progress?: ReturnType<typeof progress>;
}

type Build = (url: string, schema: string, options: Options) => Promise<readonly Built[]>;

/** More connections than cores count no faster. */
const MOST_JOBS = 16;

/** `altiplano rollup build`, `summary build`, `bitmap build`. */
export function buildCommand(
  choose: (context: Context, flags: Flags) => readonly Chosen<{ readonly name: string }>[],
  build: Build,
): Command['run'] {
  return async (context, flags) => {
    const chosen = choose(context, flags);
    const jobs = readWhole('jobs', flags.jobs) ?? 1;
    if (jobs > MOST_JOBS) throw usage(`--jobs ${jobs} is more than ${MOST_JOBS}.`, '--jobs 2');
    const options = { rebuild: flags.rebuild === true, jobs, note: context.note, progress: progress() };
    const built = await withDatabase(context, async ({ url }) => {
      const done: Built[] = [];
      for (const schema of new Set(chosen.map((one) => one.schema))) {
        const names = chosen.filter((one) => one.schema === schema).map(({ kept }) => kept.name);
        done.push(...(await build(url, schema, { ...options, names })));
      }
      return done;
    });
    context.print(built.length === 0 ? 'nothing to build' : built.map(describeBuilt).join('\n'), { built });
    return 0;
  };
}

function describeBuilt(built: Built): string {
  const title = 'rollup' in built ? built.rollup : 'summary' in built ? built.summary : built.bitmap;
  return `${title} built: ${built.rows.toLocaleString('en')} rows in ${(built.milliseconds / 1000).toFixed(1)} s`;
}

/** After migrations and bulk loads: whatever the apps' schemas have that is not built. */
export async function buildApps(
  url: string,
  apps: readonly Pick<App, 'schema'>[],
  note: (line: string) => void,
  options: Options = {},
): Promise<readonly Built[]> {
  const built: Built[] = [];
  for (const { schema } of apps) {
    for (const build of [buildRollups, buildSummaries, buildBitmaps] satisfies readonly Build[])
      built.push(...(await build(url, schema, { note, ...options })));
  }
  for (const one of built) note(describeBuilt(one));
  return built;
}
