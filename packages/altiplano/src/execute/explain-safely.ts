import type { Pool } from './pool.ts';
import type { Session } from './session.ts';

/** Planning reads no rows; what takes longer waits for a lock. */
const LIMITS = "set local statement_timeout = '2s'; set local lock_timeout = '200ms'";
/** Our own texts are of one statement; nothing else can be prepared. */
const PREPARED = 'alt_plan';

/**
 * How the database would run a statement: as it is served, so by the app's role, in its tenant, prepared with the generic plan that the
 * pool's connections are set to. Its values are not needed for that and are nulls here. Nothing is run, and what is read is rolled back.
 */
export async function explainSafely(pool: Pool, session: Session, text: string): Promise<unknown> {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query(LIMITS);
    await client.query("select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)", [
      session.tenant,
      session.caller,
    ]);
    await client.query(`prepare ${PREPARED} as ${text}`);
    const { rows } = await client.query(`explain (format json) execute ${PREPARED}${nulls(text)}`);
    return rows[0]?.['QUERY PLAN'] ?? null;
  } finally {
    await client.query('rollback').catch(() => {});
    client.release(true); // the driver does not know of the statement that was prepared
  }
}

/** As many as the text has parameters. A `$1` in a string can only make them more, which the database then refuses. */
function nulls(text: string): string {
  const most = Math.max(0, ...[...text.matchAll(/\$(\d{1,5})/g)].map(([, number]) => Number(number)));
  return most === 0 ? '' : `(${Array.from({ length: most }, () => 'null').join(', ')})`;
}
