import type { Keeper } from '../profile/store/store.ts';
import { connectRedis } from './connect.ts';

const KEPT_SECONDS = 3_600;
const MOST = 500;

/** Of all profiles a sorted set by age; what is more than may be kept goes first-come, first-gone, in the same step. */
const PUT = `
redis.call('SET', KEYS[1] .. ARGV[1], ARGV[2], 'EX', ARGV[3])
redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1])
for _ = 1, redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4]) do
  redis.call('DEL', KEYS[1] .. redis.call('ZPOPMIN', KEYS[2])[1])
end
redis.call('EXPIRE', KEYS[2], ARGV[3])`;

const PREFIX = 'altiplano:profile:';
const ALL = 'altiplano:profiles';

/** Profiles in Redis, each for an hour by Redis's own clock. */
export async function redisProfiles(url: string): Promise<Keeper> {
  const redis = await connectRedis(url);
  return {
    name: 'redis',
    async put(id, json) {
      await redis.eval(PUT, 2, PREFIX, ALL, id, json, KEPT_SECONDS, MOST);
    },
    get: (id) => redis.get(`${PREFIX}${id}`),
    close: async () => redis.disconnect(),
  };
}
