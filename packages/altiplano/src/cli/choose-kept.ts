import type { Kind } from '../keep/registered.ts';
import { suggest } from '../request/suggest.ts';
import type { App } from '../resource/app.ts';
import type { Bitmap } from '../resource/bitmap.ts';
import { type Rollup, rollupsOf } from '../resource/rollup.ts';
import type { Summary } from '../resource/summary.ts';
import { chooseApps } from './choose-apps.ts';
import type { Context, Flags } from './command.ts';
import { usage } from './usage.ts';

/** A rollup, summary or bitmap as an app declares it, and in which schema. */
export interface Chosen<T> {
  readonly app: string;
  readonly schema: string;
  readonly kept: T;
}

/** The rollups that the chosen apps declare; with `--name`, those of these names. */
export function chooseRollups(context: Context, flags: Flags): readonly Chosen<Rollup>[] {
  return choose(context, flags, 'rollup', ({ resources }) => resources.flatMap(rollupsOf));
}

/** The same of bitmaps. */
export function chooseBitmaps(context: Context, flags: Flags): readonly Chosen<Bitmap>[] {
  return choose(context, flags, 'bitmap', ({ resources }) =>
    resources.flatMap(({ bitmap }) => (bitmap === null ? [] : [bitmap])),
  );
}

/** The same of summaries. */
export function chooseSummaries(context: Context, flags: Flags): readonly Chosen<Summary>[] {
  return choose(context, flags, 'summary', ({ summaries = [] }) => summaries);
}

function choose<T extends { readonly name: string }>(
  context: Context,
  flags: Flags,
  kind: Kind,
  of: (app: App) => readonly T[],
): readonly Chosen<T>[] {
  const declared = chooseApps(context, flags).flatMap((app) =>
    of(app).map((kept) => ({ app: app.name, schema: app.schema, kept })),
  );
  const names = Array.isArray(flags.name) ? (flags.name as readonly string[]) : [];
  const known = declared.map(({ kept }) => kept.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw usage(`No ${kind} '${unknown.slice(0, 60)}'.`, suggest(unknown, known));
  return names.length === 0 ? declared : declared.filter(({ kept }) => names.includes(kept.name));
}

/** A migration belongs to one app. */
export function refuseSeveralApps(kind: Kind, chosen: readonly Chosen<unknown>[]): void {
  const [first, ...others] = new Set(chosen.map(({ app }) => app));
  if (others.length > 0) throw usage('A migration belongs to one app.', `altiplano ${kind} sql --app ${first}`);
}

/** A whole number of at least 1. */
export function readWhole(name: string, flag: unknown): number | undefined {
  if (flag === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(String(flag)))
    throw usage(`--${name} ${String(flag)} is not a whole number of at least 1.`, `--${name} 2`);
  return Number(flag);
}
