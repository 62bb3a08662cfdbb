import { join } from 'node:path';
import type { App, SampleSummary } from '../resource/app.ts';
import { buildApps } from './build-kept.ts';
import { findApp } from './choose-apps.ts';
import type { Command, Flags } from './command.ts';
import { readKeyRing } from './key-ring.ts';
import { progress } from './progress.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const sample: Command = {
  summary: "fill an app's schema with deterministic data",
  usage: `altiplano sample NAME [--seed N] [volume flags]

Same seed and volumes, same rows. Volume flags are the app's own, for example
  altiplano sample callbot --customers 50000 --calls 1000000 --workspaces 3`,
  options: { seed: { type: 'string' }, schema: { type: 'string' } },
  loose: true,
  async run(context, flags, [name, ...rest]) {
    if (name === undefined || rest.length > 0) throw usage('Name one app.', 'altiplano sample callbot');
    const app = findApp(context, name);
    const volume = readVolume(app, flags);
    const seed = readNumber('seed', flags.seed ?? '1');
    const schema = typeof flags.schema === 'string' ? flags.schema : app.schema;
    const summary = await withDatabase(context, async ({ url }) => {
      const loaded = await app.sample.run({
        url,
        schema,
        seed,
        volume,
        keys: readKeyRing(join(context.directory, '.altiplano'), context.environment),
        progress: progress(),
      });
      await buildApps(url, [{ schema }], context.note, { progress: progress() });
      return loaded;
    });
    context.print(printSummary(summary), summary);
    return 0;
  },
};

export function printSummary({ rows }: SampleSummary): string {
  const width = Math.max(...Object.keys(rows).map((table) => table.length));
  const lines = Object.entries(rows).map(
    ([table, count]) => `${table.padEnd(width)}  ${count.toLocaleString('en').padStart(12)}`,
  );
  return lines.join('\n');
}

function readVolume(app: App, flags: Flags): Readonly<Record<string, number>> {
  const known = app.sample.volume;
  const unknown = Object.keys(flags).find(
    (flag) => !['seed', 'schema', 'json', 'help'].includes(flag) && !Object.hasOwn(known, flag),
  );
  if (unknown !== undefined) {
    const names = Object.keys(known).map((flag) => `--${flag}`);
    throw usage(`${app.name} has no volume '--${unknown}'.`, `Known: ${names.join(', ')}.`);
  }
  return Object.fromEntries(
    Object.entries(known).map(([flag, usual]) => [flag, readNumber(flag, flags[flag] ?? String(usual))]),
  );
}

function readNumber(flag: string, text: unknown): number {
  if (typeof text !== 'string' || !/^\d+$/.test(text)) throw usage(`--${flag} needs a whole number.`, `--${flag} 1000`);
  return Number(text);
}
