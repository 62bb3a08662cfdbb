import type { OwnerClient } from '../execute/owner.ts';
import { allOf, withHands } from '../keep/hands.ts';
import { titleOf } from '../keep/registered.ts';
import { name as quoted } from '../sql/text.ts';
import type { BuildOptions } from './build.ts';
import { readCursor, writeCursor } from './build-state.ts';
import { type Key, nextRange, parentTableOf, type Range } from './ranges.ts';
import { recount } from './recount.ts';
import type { RegisteredRollup } from './registry.ts';

const RANGE_PARENTS = 2_000;

export const BUILD_SETTINGS = `
  set application_name = 'altiplano rollup build';
  set statement_timeout = 0;
  set lock_timeout = '1s';
  set client_connection_check_interval = '1s';
  set work_mem = '64MB'`;

/**
 * Ranges in waves of `jobs`. The cursor is written after a wave, not with a range: counting a range twice does no harm,
 * and a range's snapshot would conflict with whatever the folder notes in the same row.
 */
export async function countRanges(
  client: OwnerClient,
  url: string,
  rollup: RegisteredRollup,
  { jobs = 1, parents = RANGE_PARENTS, progress = () => {} }: BuildOptions,
): Promise<number> {
  const resumes = rollup.state === 'building';
  const total = await countParents(client, rollup);
  const place = resumes ? await readCursor(client, rollup) : { key: null, rows: 0 };
  let { key, rows } = place;
  let done = key === null ? 0 : await countParents(client, rollup, key);
  const tell = (more: number) => progress({ name: titleOf(rollup), done: Math.min(done + more, total - 1), total });
  return withHands(client, url, BUILD_SETTINGS, jobs, async (hands) => {
    for (;;) {
      tell(0);
      const wave = await nextWave(client, rollup, key, hands.length, parents);
      const written = await allOf(wave.map((range, index) => recount(hands[index] ?? client, rollup, range)));
      rows += written.reduce((sum, part) => sum + part, 0);
      done += wave.reduce((sum, range) => sum + range.parents, 0);
      key = wave.at(-1)?.upto ?? null;
      if (key === null) break;
      if (rollup.state !== 'ready') await writeCursor(client, rollup, key, rows);
    }
    progress({ name: titleOf(rollup), done: total, total });
    return rows;
  });
}

async function nextWave(
  client: OwnerClient,
  rollup: RegisteredRollup,
  key: Key | null,
  jobs: number,
  parents: number,
): Promise<readonly Range[]> {
  const wave: Range[] = [];
  for (let after = key; wave.length < jobs; ) {
    const range = await nextRange(client, rollup, after, parents);
    wave.push(range);
    if (range.upto === null) break;
    after = range.upto;
  }
  return wave;
}

/** The planner's estimate for all of them: progress and time left need no more. Exact up to a cursor. */
async function countParents(client: OwnerClient, rollup: RegisteredRollup, upto?: Key): Promise<number> {
  const { schema, table, key, rows: parentRows } = parentTableOf(rollup);
  const parents = `${quoted(schema)}.${quoted(table)}`;
  const { rows } =
    upto === undefined
      ? await client.query('select greatest(reltuples, 1)::float8 as count from pg_class where oid = $1::regclass', [
          parents,
        ])
      : await client.query(
          `select count(*)::float8 as count from ${parentRows('t')}
           where (${quoted(rollup.key[0])}, ${quoted(key)}) <= ($1::uuid, $2::uuid)`,
          [upto.tenant, upto.parent],
        );
  return rows[0].count;
}
