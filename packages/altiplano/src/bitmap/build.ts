import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { type AloneOptions, type Built, buildAlone } from '../keep/build-alone.ts';
import { beginBuild, finishBuild } from '../keep/build-state.ts';
import { titleOf } from '../keep/registered.ts';
import { buildTenants } from './build-tenants.ts';
import { rebuildSegments } from './rebuild.ts';
import { type RegisteredBitmap, readBitmaps, settledTables, tailsOf } from './registry.ts';

export interface BuildOptions extends AloneOptions {
  /** Only these; all of the schema unless given. */
  readonly names?: readonly string[];
  /** Tenants built at the same time, each on a connection of its own. */
  readonly jobs?: number;
  readonly progress?: (step: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

export interface BuiltBitmap extends Built {
  readonly bitmap: string;
}

/** The registry's column that says how far a build has come. */
const CURSOR = ['cursor_tenant'];

export const BUILD_SETTINGS = `
  set application_name = 'altiplano bitmap build';
  set statement_timeout = 0;
  set lock_timeout = '1s';
  set client_connection_check_interval = '1s';
  set work_mem = '64MB'`;

/**
 * Builds every bitmap of a schema that is not ready from its rows, segment by segment while they are written. A build that
 * was killed goes on where it was. Two at once take turns, and the second finds nothing to do.
 */
export async function buildBitmaps(
  url: string,
  schema: string,
  options: BuildOptions = {},
): Promise<readonly BuiltBitmap[]> {
  return withOwner(url, async (client) => {
    await client.query(BUILD_SETTINGS);
    const built: BuiltBitmap[] = [];
    for (const bitmap of await readBitmaps(client, schema)) {
      if (options.names !== undefined && !options.names.includes(bitmap.name)) continue;
      if (bitmap.state === 'ready' && options.rebuild !== true) continue;
      const read = async () => (await readBitmaps(client, schema)).find(({ name }) => name === bitmap.name);
      const one = await buildAlone(client, 'bitmap', bitmap, read, (now) => build(client, url, now, options), options);
      if (one !== null) built.push({ bitmap: titleOf(bitmap), ...one });
    }
    return built;
  });
}

async function build(
  client: OwnerClient,
  url: string,
  bitmap: RegisteredBitmap,
  options: BuildOptions,
): Promise<number | null> {
  if (bitmap.state === 'ready') return rebuildSegments(client, bitmap, options);
  const tables = settledTables(bitmap);
  if (bitmap.state === 'unbuilt') await beginBuild(client, 'bitmap', bitmap, [...tables, ...tailsOf(bitmap)], CURSOR);
  const rows = await buildTenants(client, url, bitmap, options);
  if (!(await finishBuild(client, 'bitmap', bitmap, CURSOR))) return null;
  // Nothing is known of them yet, and a page plans by it.
  await client.query(`analyze ${tables.join(', ')}`);
  return rows;
}
