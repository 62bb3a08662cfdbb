import { suggest } from '../request/suggest.ts';
import { rollupsOf } from '../resource/rollup.ts';
import type { DeclaredRollup } from '../rollup/judge.ts';
import { chooseApps } from './choose-apps.ts';
import type { Context, Flags } from './command.ts';
import { usage } from './usage.ts';

/** The rollups that the chosen apps declare; with `--name`, those of these names. */
export function chooseRollups(context: Context, flags: Flags): readonly DeclaredRollup[] {
  const declared = chooseApps(context, flags).flatMap(({ name: app, schema, resources }) =>
    resources.flatMap((resource) => rollupsOf(resource).map((rollup) => ({ app, schema, rollup }))),
  );
  const names = Array.isArray(flags.name) ? (flags.name as readonly string[]) : [];
  const known = declared.map(({ rollup }) => rollup.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw usage(`No rollup '${unknown.slice(0, 60)}'.`, suggest(unknown, known));
  return names.length === 0 ? declared : declared.filter(({ rollup }) => names.includes(rollup.name));
}

/** A whole number of at least 1. */
export function readWhole(name: string, flag: unknown): number | undefined {
  if (flag === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(String(flag)))
    throw usage(`--${name} ${String(flag)} is not a whole number of at least 1.`, `--${name} 2`);
  return Number(flag);
}
