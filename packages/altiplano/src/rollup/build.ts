import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { type Built, buildAlone } from '../keep/build-alone.ts';
import { finishBuild } from '../keep/build-state.ts';
import { objectOf, titleOf } from '../keep/registered.ts';
import { BUILD_SETTINGS, countRanges } from './build-ranges.ts';
import { begin, CURSOR, noteRanked } from './build-state.ts';
import { type RegisteredRollup, readRollups } from './registry.ts';

export interface BuildOptions {
  /** Only these; all of the schema unless given. */
  readonly names?: readonly string[];
  /** Counts again what is ready, range by range while it is read. */
  readonly rebuild?: boolean;
  /** Ranges counted at the same time, each on a connection of its own. */
  readonly jobs?: number;
  /** Parents in a range: what a kill loses, and how long one snapshot is held. */
  readonly parents?: number;
  readonly note?: (line: string) => void;
  readonly progress?: (step: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

export interface BuiltRollup extends Built {
  readonly rollup: string;
}

/**
 * Counts every rollup of a schema that is not ready from its child rows, while they are written. A build that was killed
 * goes on where it was. Two at once take turns, and the second finds nothing to do.
 */
export async function buildRollups(
  url: string,
  schema: string,
  options: BuildOptions = {},
): Promise<readonly BuiltRollup[]> {
  return withOwner(url, async (client) => {
    await client.query(BUILD_SETTINGS);
    const built: BuiltRollup[] = [];
    for (const rollup of await readRollups(client, schema)) {
      if (options.names !== undefined && !options.names.includes(rollup.name)) continue;
      // What is ready but not in order yet is counted again while it is read.
      const rebuild = options.rebuild === true || !rollup.ranked;
      if (rollup.state === 'ready' && !rebuild) continue;
      const read = async () => (await readRollups(client, schema)).find(({ name }) => name === rollup.name);
      const one = await buildAlone(client, 'rollup', rollup, read, (now) => build(client, url, now, options), {
        ...options,
        rebuild,
      });
      if (one !== null) built.push({ rollup: titleOf(rollup), ...one });
    }
    return built;
  });
}

async function build(
  client: OwnerClient,
  url: string,
  rollup: RegisteredRollup,
  options: BuildOptions,
): Promise<number | null> {
  if (rollup.state === 'unbuilt') await begin(client, rollup);
  const rows = await countRanges(client, url, rollup, options);
  if (rollup.state !== 'ready' && !(await finishBuild(client, 'rollup', rollup, CURSOR))) return null;
  await noteRanked(client, rollup);
  // Ranges were written in key order, so the planner's old figures are the only thing out of date.
  await client.query(`analyze ${objectOf(rollup)}`);
  return rows;
}
