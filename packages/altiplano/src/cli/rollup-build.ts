import type { App } from '../resource/app.ts';
import { type BuildOptions, type BuiltRollup, buildRollups } from '../rollup/build.ts';
import { chooseRollups, readWhole } from './choose-rollups.ts';
import type { Command } from './command.ts';
import { progress } from './progress.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** More connections than cores count no faster. */
const MOST_JOBS = 16;

export const buildCommand: Command['run'] = async (context, flags) => {
  const chosen = chooseRollups(context, flags);
  const jobs = readWhole('jobs', flags.jobs) ?? 1;
  if (jobs > MOST_JOBS) throw usage(`--jobs ${jobs} is more than ${MOST_JOBS}.`, '--jobs 2');
  const options = { rebuild: flags.rebuild === true, jobs, note: context.note, progress: progress() };
  const built = await withDatabase(context, async ({ url }) => {
    const done: BuiltRollup[] = [];
    for (const schema of new Set(chosen.map((one) => one.schema))) {
      const names = chosen.filter((one) => one.schema === schema).map(({ rollup }) => rollup.name);
      done.push(...(await buildRollups(url, schema, { ...options, names })));
    }
    return done;
  });
  context.print(built.length === 0 ? 'nothing to build' : built.map(describeBuilt).join('\n'), { built });
  return 0;
};

export function describeBuilt({ rollup, rows, milliseconds }: BuiltRollup): string {
  return `${rollup} built: ${rows.toLocaleString('en')} rows in ${(milliseconds / 1000).toFixed(1)} s`;
}

/** After migrations and bulk loads: whatever the apps' schemas have that is not built. */
export async function buildApps(
  url: string,
  apps: readonly Pick<App, 'schema'>[],
  note: (line: string) => void,
  options: BuildOptions = {},
): Promise<readonly BuiltRollup[]> {
  const built: BuiltRollup[] = [];
  for (const { schema } of apps) built.push(...(await buildRollups(url, schema, { note, ...options })));
  for (const one of built) note(describeBuilt(one));
  return built;
}
