import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked, type MigrationSession, value } from '../session.ts';
import type { Step } from './step.ts';
import { watched } from './watch.ts';

export interface Backfill {
  readonly name: string;
  /** Walked in the order of its uuid key `id`. */
  readonly table: string;
  /**
   * `function(ids uuid[], wait boolean) returns setof uuid`: does these rows and returns those it left because somebody
   * else has them locked; with `wait` it is given one and may wait for it, holding nothing else.
   */
  readonly function: string;
  /** SQL: true when nothing is left to do, before it is begun. */
  readonly done?: string;
}

const FIRST_BATCH = 1_000;
const LARGEST_BATCH = 20_000;
// What a batch has locked, a live statement may have to wait for.
const TARGET_MS = 100;
const WAIT_MS = 2_000;
const AGAIN_MS = 50;

/**
 * Fills from existing rows in short transactions and remembers the place after each. Rows written meanwhile are the
 * triggers' business, which must be there before.
 */
export function backfill(fill: Backfill): Step {
  return {
    name: `fill ${fill.name}`,
    async isDone(session) {
      if (fill.done !== undefined && (await value<boolean>(session, `select ${fill.done}`))) return true;
      return (await position(session, fill)) === FINISHED;
    },
    run: (session) => watched(session, `fill ${fill.name}`, () => walk(session, fill)),
  };
}

/** For a step that makes the filled rows void: the next run starts again. As SQL, to share that step's transaction. */
export const forgetBackfill = (name: string): string =>
  `delete from altiplano.setting where name = 'backfill ' || current_schema() || ' ${name}'`;

async function walk(session: MigrationSession, fill: Backfill): Promise<void> {
  const { client, progress } = session;
  await client.query('set lock_timeout = 0');
  const total = Math.max(
    1,
    await value<number>(session, 'select reltuples::float8 from pg_class where oid = to_regclass($1)', [fill.table]),
  );
  const next = `select array(select id from ${fill.table} where $1::uuid is null or id > $1 order by id limit $2) as ids`;
  let after = await position(session, fill);
  for (let size = FIRST_BATCH, done = 0; ; ) {
    const ids = await value<readonly string[]>(session, next, [after, size]);
    const last = ids.at(-1);
    if (last === undefined) break;
    const started = performance.now();
    for (const id of await fillSome(session, fill, ids, false)) await fillPatiently(session, fill, id);
    const took = performance.now() - started;
    await remember(session, fill, last);
    after = last;
    done += ids.length;
    progress({ name: `fill ${fill.name}`, done: Math.min(done, total - 1), total });
    if (took > 2 * TARGET_MS) size = Math.max(100, size >> 1);
    else if (took < TARGET_MS / 2) size = Math.min(LARGEST_BATCH, size * 2);
  }
  await remember(session, fill, FINISHED);
  progress({ name: `fill ${fill.name}`, done: total, total });
}

async function fillSome({ client }: MigrationSession, fill: Backfill, ids: readonly string[], wait: boolean) {
  const { rows } = await client.query<{ id: string }>(`select id from ${fill.function}($1, $2) as id`, [ids, wait]);
  return rows.map(({ id }) => id);
}

async function fillPatiently(session: MigrationSession, fill: Backfill, id: string): Promise<void> {
  await session.client.query(`set lock_timeout = ${WAIT_MS}`);
  for (;;) {
    try {
      if ((await fillSome(session, fill, [id], true)).length === 0) break;
    } catch (error) {
      if (!isLocked(error)) throw error;
    }
    await sleep(AGAIN_MS);
  }
  await session.client.query('set lock_timeout = 0');
}

const FINISHED = 'finished';
const key = ({ schema }: MigrationSession, { name }: Backfill) => `backfill ${schema} ${name}`;

async function position(session: MigrationSession, fill: Backfill): Promise<string | null> {
  return (
    (await value<string>(session, 'select value from altiplano.setting where name = $1', [key(session, fill)])) ?? null
  );
}

async function remember(session: MigrationSession, fill: Backfill, place: string): Promise<void> {
  await session.client.query(
    'insert into altiplano.setting values ($1, $2) on conflict (name) do update set value = $2',
    [key(session, fill), place],
  );
}
