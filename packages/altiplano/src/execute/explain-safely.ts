import { explainQuery } from '../profile/advice/explain-query.ts';
import type { Pool } from './pool.ts';
import type { Session } from './session.ts';

const ENTER = "select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)";

/**
 * How the database would run a statement: as it is served, so by the app's role, in its tenant, prepared with the generic plan that the
 * pool's connections are set to. Its values are not needed for that. Nothing is run.
 */
export async function explainSafely(pool: Pool, { tenant, caller }: Session, text: string): Promise<unknown> {
  const client = await pool.connect();
  let isSound = false;
  try {
    const enter = async () => {
      await client.query(ENTER, [tenant, caller]);
    };
    const plan = await explainQuery(
      { query: (query) => client.query({ ...query, values: [...(query.values ?? [])] }) },
      { text, enter },
    );
    isSound = true;
    return plan;
  } finally {
    client.release(!isSound);
  }
}
