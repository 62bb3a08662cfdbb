import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { BUILD_SETTINGS, countRanges } from './build-ranges.ts';
import { begin, finish } from './build-state.ts';
import { lockOf, tryLock, unlock, waitForLock } from './lock.ts';
import { objectOf, type RegisteredRollup, readRollups, titleOf } from './registry.ts';

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

export interface BuiltRollup {
  readonly rollup: string;
  readonly rows: number;
  readonly milliseconds: number;
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
      if (rollup.state === 'ready' && options.rebuild !== true) continue;
      const one = await buildAlone(client, url, rollup, options);
      if (one !== null) built.push(one);
    }
    return built;
  });
}

/** Null when another process has built it meanwhile. */
async function buildAlone(
  client: OwnerClient,
  url: string,
  { schema, name }: RegisteredRollup,
  options: BuildOptions,
): Promise<BuiltRollup | null> {
  const title = titleOf({ schema, name });
  const started = performance.now();
  if (!(await tryLock(client, lockOf(title)))) {
    options.note?.(`${title}: another process is at it, waiting`);
    await waitForLock(client, lockOf(title));
  }
  try {
    for (;;) {
      const rollup = (await readRollups(client, schema)).find((one) => one.name === name);
      if (rollup === undefined || (rollup.state === 'ready' && options.rebuild !== true)) return null;
      const rows = await build(client, url, rollup, options);
      // Null: a bulk load has taken away what was counted.
      if (rows !== null) return { rollup: title, rows, milliseconds: performance.now() - started };
    }
  } finally {
    await unlock(client, lockOf(title)).catch(() => {});
  }
}

async function build(
  client: OwnerClient,
  url: string,
  rollup: RegisteredRollup,
  options: BuildOptions,
): Promise<number | null> {
  if (rollup.state === 'unbuilt') await begin(client, rollup);
  const rows = await countRanges(client, url, rollup, options);
  if (rollup.state !== 'ready' && !(await finish(client, rollup))) return null;
  // Ranges were written in key order, so the planner's old figures are the only thing out of date.
  await client.query(`analyze ${objectOf(rollup)}`);
  return rows;
}
