import type { OwnerClient } from '../execute/owner.ts';

const MOST = 1_000;
const PAUSE_MS = 60_000;

/** Removes sessions that have expired, for the folder to run: up to 1,000 in a statement, and at once again while there are more. */
export const FORGET_SESSIONS = {
  title: 'removing expired sessions',
  async run(client: OwnerClient): Promise<number> {
    const { rows } = await client.query('select altiplano.forget_sessions($1) as removed', [MOST]);
    return Number(rows[0].removed) < MOST ? PAUSE_MS : 0;
  },
};
