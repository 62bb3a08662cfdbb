import type { Pool } from '../execute/pool.ts';
import { translate } from '../execute/sqlstate.ts';
import { lookUp } from '../execute/traced.ts';
import type { Rotated, SessionStore } from './sessions.ts';

/** Sessions in PostgreSQL, one statement each; `altiplano.session` is reached through its functions only. */
export function databaseSessions(pool: Pool, schema: string): SessionStore {
  const ask = async <Row>(label: string, text: string, values: readonly unknown[]): Promise<Row | undefined> => {
    const statement = { name: `alt_session_${label}`, text, values: [schema, ...values] };
    const { rows } = await lookUp(pool, statement, `session ${label}`).catch((cause: unknown) => {
      throw translate(cause);
    });
    return rows[0] as Row | undefined;
  };
  return {
    async open({ id, userId, digest, idle, longest }) {
      await ask('open', 'select altiplano.open_session($1, $2, $3, $4, $5, $6)', [id, userId, digest, idle, longest]);
    },
    async rotate({ id, was, becomes, idle }) {
      const row = await ask<{ outcome: 'rotated' | 'replayed' | 'over'; user_id: string | null }>(
        'rotate',
        'select outcome, user_id from altiplano.rotate_session($1, $2, $3, $4, $5)',
        [id, was, becomes, idle],
      );
      const { outcome = 'over', user_id: userId = null } = row ?? {};
      return outcome === 'over' ? { outcome } : ({ outcome, userId: userId ?? '' } satisfies Rotated);
    },
    async find(id) {
      const row = await ask<{ user_id: string; remaining: number }>(
        'find',
        'select user_id, remaining from altiplano.live_session($1, $2)',
        [id],
      );
      return row === undefined ? null : { userId: row.user_id, remaining: row.remaining };
    },
    async end(id) {
      await ask('end', 'select altiplano.end_session($1, $2)', [id]);
    },
    async endAll(userId) {
      await ask('end_all', 'select altiplano.end_sessions($1, $2)', [userId]);
    },
    async attempt({ address, account, place, span }) {
      const row = await ask<{ seconds: number }>(
        'attempt',
        'select altiplano.count_attempt_from($1, $2, $3, $4, $5, $6, $7) as seconds',
        [address.line, address.most, account.line, place.line, account.most, span],
      );
      return row?.seconds ?? 0;
    },
    async forgive({ address, account, place }) {
      const lines = [address.line, account.line, place.line];
      await ask('forgive', 'select altiplano.forgive_attempt_from($1, $2, $3, $4)', lines);
    },
  };
}
