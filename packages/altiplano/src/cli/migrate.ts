import { ENGINE, type MigrateOptions, type MigrationFolder, migrate } from '../migrate/run.ts';
import type { App } from '../resource/app.ts';
import { buildApps } from './build-kept.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command, Flags } from './command.ts';
import { printPlan, printSizes } from './migrate-sizes.ts';
import { progress } from './progress.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const migrateCommand: Command = {
  summary: 'apply or revert migrations, under live traffic; what their indexes weigh',
  usage: `altiplano migrate [up|down|sizes] [--app NAME]… [--schema NAME] [further flags]

up      applies every migration that is not applied (default), then builds the rollups and bitmaps that are not built
down    reverts the last one of each app, or --count of them
sizes   every index: estimated, real, and with --rows at another volume

--count N             how many migrations of each app
--dry-run             up: only prints each step, with the estimated size of each index
--keep-role NAME      another program's role that goes on seeing every row; 'none': those not named may lose sight of them
--lock-wait SECONDS   how long to try for a lock that others hold before giving up (default 600)
--no-build            leaves that to \`altiplano rollup build\` and \`altiplano bitmap build\`
--rows TABLE=NUMBER   sizes: rows to project to, for example --rows customer=70000000 --rows call=1000000000

What was killed on the way goes on where it stopped when the same command is run again.`,
  options: {
    ...APP_OPTIONS,
    count: { type: 'string' },
    'dry-run': { type: 'boolean' },
    'keep-role': { type: 'string', multiple: true },
    'lock-wait': { type: 'string' },
    'no-build': { type: 'boolean' },
    rows: { type: 'string', multiple: true },
  },
  async run(context, flags, [direction = 'up', ...rest]) {
    if (!isDirection(direction) || rest.length > 0)
      throw usage(`'${direction}' is not a direction.`, 'up or down, or sizes');
    const count = readCount(flags.count);
    const apps = chooseApps(context, flags);
    await withDatabase(context, async ({ url }) => {
      if (direction === 'sizes') return printSizes(context, url, apps, flags);
      if (direction === 'up' && flags['dry-run'] === true) return printPlan(context, url, [ENGINE, ...foldersOf(apps)]);
      const further = { ...readFurther(flags), progress: progress() };
      const done = await migrateApps(url, apps, direction, count, context.note, further);
      const built =
        direction === 'down' || flags['no-build'] === true
          ? []
          : await buildApps(url, apps, context.note, { progress: progress() });
      context.print(done.length === 0 ? 'nothing to do' : done.join('\n'), { direction, migrations: done, built });
    });
    return 0;
  },
};

const isDirection = (word: string): word is 'up' | 'down' | 'sizes' => ['up', 'down', 'sizes'].includes(word);

const foldersOf = (apps: readonly App[]): readonly MigrationFolder[] =>
  apps.map(({ name, schema, migrations }) => ({ app: name, schema, folder: migrations }));

/** The engine's migrations come first on the way up; the way down leaves them, other apps may stand on them. */
export async function migrateApps(
  url: string,
  apps: readonly App[],
  direction: 'up' | 'down',
  count: number | undefined,
  note: (line: string) => void,
  further: Further = {},
): Promise<readonly string[]> {
  const folders = foldersOf(apps);
  const limit = direction === 'down' ? (count ?? 1) : count;
  const done: string[] = [];
  for (const target of direction === 'up' ? [ENGINE, ...folders] : folders) {
    const limited = limit !== undefined && target !== ENGINE ? { count: limit } : {};
    const names = await migrate(target, { url, direction, log: note, ...further, ...limited });
    done.push(...names.map((name) => `${target.app} ${direction} ${name}`));
  }
  return done;
}

function readCount(flag: unknown): number | undefined {
  if (flag === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(String(flag)))
    throw usage(`--count ${String(flag)} is not a whole number of at least 1.`, '--count 1');
  return Number(flag);
}

type Further = Pick<MigrateOptions, 'keepRoles' | 'patience' | 'progress'>;

function readFurther(flags: Flags): Further {
  const roles = flags['keep-role'];
  const seconds = flags['lock-wait'];
  if (seconds !== undefined && !/^\d{1,6}$/.test(String(seconds)))
    throw usage(`--lock-wait ${String(seconds)} is not a whole number of seconds.`, '--lock-wait 60');
  return {
    ...(Array.isArray(roles) ? { keepRoles: roles as readonly string[] } : {}),
    ...(seconds === undefined ? {} : { patience: Number(seconds) * 1000 }),
  };
}
