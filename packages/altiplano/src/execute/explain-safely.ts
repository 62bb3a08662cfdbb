import { type Advised, adviseQuery } from '../profile/advice/advise.ts';
import { type Explains, explainQuery } from '../profile/advice/explain-query.ts';
import type { Pool } from './pool.ts';
import type { Session } from './session.ts';

const ENTER = "select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)";

/** A connection of nobody else meanwhile, and how it becomes whoever asked. */
interface Asked {
  readonly client: Explains;
  readonly enter: () => Promise<void>;
}

/**
 * How the database would run a statement: as it is served, so by the app's role, in its tenant, prepared with the generic plan that the
 * pool's connections are set to. Its values are not needed for that. Nothing is run.
 */
export const explainSafely = (pool: Pool, session: Session, text: string): Promise<unknown> =>
  asking(pool, session, ({ client, enter }) => explainQuery(client, { text, enter }));

/** And what that plan says against it, by what the app's role may know of its tables. */
export const adviseSafely = (pool: Pool, session: Session, text: string): Promise<Advised> =>
  asking(pool, session, ({ client, enter }) => adviseQuery(client, { text, enter }));

async function asking<T>(pool: Pool, { tenant, caller }: Session, work: (asked: Asked) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isSound = false;
  try {
    const enter = async () => {
      await client.query(ENTER, [tenant, caller]);
    };
    const explains: Explains = {
      query: (query) => client.query({ ...query, values: [...(query.values ?? [])] }),
    };
    const found = await work({ client: explains, enter });
    isSound = true;
    return found;
  } finally {
    client.release(!isSound);
  }
}
