import autocannon from 'autocannon';

export const CONNECTIONS = 16;

export interface Load {
  readonly url: string;
  readonly token: string;
  /** The status every answer must have. */
  readonly status: number;
  readonly seconds: number;
}

/** Answers a second, possibly none, under the load of 16 connections that ask without pause. */
export async function measureLoad({ url, token, status, seconds }: Load): Promise<number> {
  const outcome = await autocannon({
    url,
    connections: CONNECTIONS,
    headers: { authorization: `Bearer ${token}` },
    timeout: 60,
    duration: seconds,
    sampleInt: 50,
  });
  const answered = outcome.statusCodeStats[status]?.count ?? 0;
  const all = Object.values(outcome.statusCodeStats).reduce((sum, { count }) => sum + count, 0);
  if (outcome.errors > 0 || answered < all)
    throw new Error(`${url}: of ${all} answers ${answered} had status ${status}; ${outcome.errors} errors`);
  return (answered * 1000) / (outcome.finish.getTime() - outcome.start.getTime());
}
