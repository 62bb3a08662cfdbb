import type { OwnerClient } from '../execute/owner.ts';

const MOST = 1_000;
const PAUSE_MS = 60_000;

/**
 * Removes kept replies that have expired, for the folder to run: up to 1,000 in a statement, about once a minute and at once
 * again while there are more. Without it only later requests with a key would, two each.
 */
export const FORGET_REPLIES = {
  title: 'removing expired replies',
  async run(client: OwnerClient): Promise<number> {
    const { rows } = await client.query('select altiplano.forget_replies($1) as removed', [MOST]);
    return Number(rows[0].removed) < MOST ? PAUSE_MS : 0;
  },
};
