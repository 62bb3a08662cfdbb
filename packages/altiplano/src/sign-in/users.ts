import { findCaller } from '../execute/caller-store.ts';
import type { Pool } from '../execute/pool.ts';
import { translate } from '../execute/sqlstate.ts';
import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import type { Said } from '../resource/tenant-key.ts';
import { name } from '../sql/text.ts';

/** Who a name at login is. */
export interface SignInUser {
  readonly id: string;
  readonly digest: string | null;
  readonly active: boolean;
}

export interface SignInUsers {
  find(email: string): Promise<SignInUser | null>;
  /** What the user speaks for; null for one who is gone or may do nothing. */
  caller(id: string, said?: Said | null): Promise<Caller | null>;
  /** Returns when nobody is changing the user's password. */
  settled(id: string): Promise<void>;
  /** Only what the digest still is. */
  rehash(id: string, was: string, becomes: string): Promise<void>;
}

/** Through the app's functions, which run as their owner: nobody is set as caller yet, so row security would show none. */
export function signInUsers(pool: Pool, app: Pick<App, 'schema' | 'identity'>): SignInUsers {
  const schema = name(app.schema);
  const refuse = (cause: unknown): never => {
    throw translate(cause);
  };
  return {
    async find(email) {
      const text = `select user_id as id, digest, active from ${schema}.sign_in_user($1)`;
      const { rows } = await pool
        .query<SignInUser>({ name: `alt_sign_in_${app.schema}`, text, values: [email] })
        .catch(refuse);
      return rows[0] ?? null;
    },
    caller: (id, said) => findCaller(pool, app, id, said).catch(refuse),
    async settled(id) {
      await pool.query('select altiplano.await_password($1, $2)', [app.schema, id]).catch(refuse);
    },
    async rehash(id, was, becomes) {
      // The same password: `altiplano.password_changed` ends no sessions for it. The setting ends with the statement.
      const text = `with same as materialized (select set_config('altiplano.rehash', 'on', true))
select ${schema}.sign_in_rehash($1, $2, $3) from same`;
      await pool.query(text, [id, was, becomes]).catch(refuse);
    },
  };
}
