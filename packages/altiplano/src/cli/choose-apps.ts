import { suggest } from '../request/suggest.ts';
import type { App } from '../resource/app.ts';
import type { Context, Flags } from './command.ts';
import { usage } from './usage.ts';

export const APP_OPTIONS = { app: { type: 'string', multiple: true }, schema: { type: 'string' } } as const;

/** The apps named with `--app`, or all; `--schema` says where the one app's tables are if not in the schema of its name. */
export function chooseApps(context: Context, flags: Flags): readonly App[] {
  const names = [...new Set(Array.isArray(flags.app) ? (flags.app as readonly string[]) : [])];
  const chosen = names.length === 0 ? context.apps : names.map((name) => findApp(context, name));
  const schema = flags.schema;
  if (typeof schema !== 'string') return chosen;
  if (chosen.length !== 1)
    throw usage('--schema needs exactly one --app.', 'For example: --app callbot --schema public');
  return chosen.map((app) => ({ ...app, schema }));
}

export function findApp(context: Context, name: string): App {
  const found = context.apps.find((app) => app.name === name);
  if (found !== undefined) return found;
  const known = context.apps.map((app) => app.name);
  throw usage(`Unknown app '${name.slice(0, 40)}'.`, suggest(name, known));
}
