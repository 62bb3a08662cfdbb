import { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

/**
 * Never a second time, and never later: what was sent when the connection broke may have been done, and a rotation that is done twice
 * is a replay. What cannot be sent now fails now, and its request is a 503.
 */
const OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  connectionName: 'altiplano',
  retryStrategy: (times: number) => Math.min(50 * times, 1_000),
} as const;

/** Connects; where nobody answers it keeps trying, and whatever is asked fails until then. */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, OPTIONS);
  // A lost connection fails the commands under way; unheard, the event beside it would end the process.
  redis.on('error', () => {});
  await redis.connect().catch(() => {});
  return redis;
}
