import { ENGINE, migrate } from '../migrate/run.ts';
import type { App } from '../resource/app.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const migrateCommand: Command = {
  summary: 'apply or revert migrations',
  usage: `altiplano migrate [up|down] [--app NAME]… [--schema NAME] [--count N]

up      applies every migration that is not applied (default)
down    reverts the last one of each app, or --count of them`,
  options: { ...APP_OPTIONS, count: { type: 'string' } },
  async run(context, flags, [direction = 'up', ...rest]) {
    if ((direction !== 'up' && direction !== 'down') || rest.length > 0)
      throw usage(`'${direction}' is not a direction.`, 'up or down');
    const count = readCount(flags.count);
    const apps = chooseApps(context, flags);
    const done = await withDatabase(context, ({ url }) => migrateApps(url, apps, direction, count, context.note));
    context.print(done.length === 0 ? 'nothing to do' : done.join('\n'), { direction, migrations: done });
    return 0;
  },
};

/** The engine's migrations come first on the way up; the way down leaves them, other apps may stand on them. */
export async function migrateApps(
  url: string,
  apps: readonly App[],
  direction: 'up' | 'down',
  count: number | undefined,
  note: (line: string) => void,
): Promise<readonly string[]> {
  const folders = apps.map(({ name, schema, migrations }) => ({ app: name, schema, folder: migrations }));
  const limit = direction === 'down' ? (count ?? 1) : count;
  const done: string[] = [];
  for (const target of direction === 'up' ? [ENGINE, ...folders] : folders) {
    const limited = limit !== undefined && target !== ENGINE ? { count: limit } : {};
    const names = await migrate(target, { url, direction, log: note, ...limited });
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
