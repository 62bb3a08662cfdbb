import type { OwnerClient } from '../execute/owner.ts';

const REVIVE_MS = 5_000;
const FORGET_MS = 60_000;
const MOST = 1_000;

/**
 * For the folder to run: jobs whose process was killed go back into the queue within seconds (the library would wait for four
 * hours), and so do those that a killed process had taken and not begun.
 */
export const REVIVE_JOBS = {
  title: 'reviving jobs',
  async run(client: OwnerClient): Promise<number> {
    await client.query("select altiplano.revive_jobs('15 s')");
    return REVIVE_MS;
  },
};

/** How a job ended is kept for thirty days. */
export const FORGET_JOBS = {
  title: 'removing what is kept of old jobs',
  async run(client: OwnerClient): Promise<number> {
    const { rows } = await client.query("select altiplano.forget_jobs('30 days', $1) as removed", [MOST]);
    return Number(rows[0]?.removed) < MOST ? FORGET_MS : 0;
  },
};
