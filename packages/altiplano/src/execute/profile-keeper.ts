import pg from 'pg';
import type { Keeper } from '../profile/store/store.ts';

/** As long as a profile is kept, and as many. */
const KEPT = '1 hour';
const MOST = 500;

const PUT = `insert into altiplano.profile (id, profile) values ($1, $2) on conflict (id) do nothing`;
const PRUNE = `delete from altiplano.profile
where id in (
  select id from altiplano.profile order by at desc offset ${MOST}
) or at < now() - interval '${KEPT}'`;
const GET = `select profile from altiplano.profile where id = $1 and at >= now() - interval '${KEPT}'`;

/**
 * Profiles in an unlogged table, over the owner's connection: the app's role, which row security binds, cannot reach them.
 * One connection, which comes and goes: they are few, and nobody waits for them.
 */
export function profileKeeper(url: string): Keeper {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 2_000,
    allowExitOnIdle: true,
    application_name: 'altiplano',
  });
  pool.on('error', () => {});
  return {
    name: 'postgresql',
    async put(id, json) {
      await pool.query(PUT, [id, json]);
      await pool.query(PRUNE);
    },
    async get(id) {
      const { rows } = await pool.query<{ profile: string }>(GET, [id]);
      return rows[0]?.profile ?? null;
    },
    close: () => pool.end(),
  };
}
