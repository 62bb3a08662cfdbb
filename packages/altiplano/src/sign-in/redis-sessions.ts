import { Failure } from '../errors/failure.ts';
import { connectRedis, type Redis } from '../redis/connect.ts';
import type { AttemptLine, AttemptLines } from './attempts.ts';
import { KNOWN_SECONDS, MOST_SESSIONS, type Rotated, type SessionStore } from './sessions.ts';

/** One connection for all apps of a process. */
export interface RedisSessions {
  of(schema: string): SessionStore;
  close(): Promise<void>;
}

/** Connects; where nobody answers it keeps trying, and sessions are a 503 until then. */
export async function openRedisSessions(url: string): Promise<RedisSessions> {
  const redis = await connectRedis(url);
  return {
    of: (schema) => sessionsOf(redis, schema),
    close: async () => {
      redis.disconnect();
    },
  };
}

/** By Redis's own clock, in milliseconds; a script runs alone, to its end. */
const NOW = "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)";

/** A session is a hash that expires with it; of each user a sorted set says which there are. */
const OPEN = `${NOW}
local id, user, idle, longest = ARGV[1], ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('HSET', KEYS[1] .. id, 'user', user, 'digest', ARGV[3], 'ends', now + longest)
redis.call('PEXPIRE', KEYS[1] .. id, math.min(idle, longest))
redis.call('ZADD', KEYS[2], now, id)
for _ = 1, redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[6]) do
  redis.call('DEL', KEYS[1] .. redis.call('ZPOPMIN', KEYS[2])[1])
end
redis.call('PEXPIRE', KEYS[2], math.max(longest, redis.call('PTTL', KEYS[2])))`;

const ROTATE = `${NOW}
local session = redis.call('HMGET', KEYS[1], 'user', 'digest', 'ends')
if not session[1] then return {'over', ''} end
if session[2] ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  return {'replayed', session[1]}
end
redis.call('HSET', KEYS[1], 'digest', ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[3]), session[3] - now))
return {'rotated', session[1]}`;

const FIND = `return {redis.call('HGET', KEYS[1], 'user'), redis.call('PTTL', KEYS[1])}`;

const END_ALL = `
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do redis.call('DEL', KEYS[1] .. id) end
redis.call('DEL', KEYS[2])`;

/**
 * Milliseconds until there is room, or 0; each line goes by itself when its window is over. Of the account's line and the place's one
 * counts: the place's if it is known.
 */
const ATTEMPT = `
local lines = {KEYS[1], redis.call('EXISTS', KEYS[4]) == 1 and KEYS[3] or KEYS[2]}
for place, key in ipairs(lines) do
  local most = tonumber(ARGV[place + 1])
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
  if count > most then
    redis.call('DECR', key)
    return redis.call('PTTL', key)
  end
end
return 0`;

/** A known place takes nothing away from the account's line: whoever guesses elsewhere would get more with each login of the owner. */
const FORGIVE = `
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
redis.call('DEL', redis.call('EXISTS', KEYS[4]) == 1 and KEYS[3] or KEYS[2])
redis.call('SET', KEYS[4], '1', 'EX', ARGV[1])`;

function sessionsOf(redis: Redis, schema: string): SessionStore {
  const session = (id: string) => `altiplano:session:${schema}:${id}`;
  const listOf = (userId: string) => `altiplano:sessions:${schema}:${userId}`;
  const lineOf = ({ line }: AttemptLine) => `altiplano:attempt:${schema}:${line.toString('base64url')}`;
  const keysOf = ({ address, account, place }: AttemptLines) => [
    ...[address, account, place].map(lineOf),
    `altiplano:place:${schema}:${place.line.toString('base64url')}`,
  ];
  const ask = async (
    script: string,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> => {
    try {
      return await redis.eval(script, keys.length, ...keys, ...values);
    } catch (cause) {
      throw new Failure('AUTH_SESSIONS_UNREACHABLE', { cause });
    }
  };
  return {
    async open({ id, userId, digest, idle, longest }) {
      const values = [id, userId, digest.toString('hex'), idle * 1000, longest * 1000, MOST_SESSIONS];
      await ask(OPEN, [session(''), listOf(userId)], values);
    },
    async rotate({ id, was, becomes, idle }) {
      const values = [was.toString('hex'), becomes.toString('hex'), idle * 1000];
      const [outcome, userId] = (await ask(ROTATE, [session(id)], values)) as [Rotated['outcome'], string];
      return outcome === 'over' ? { outcome } : { outcome, userId };
    },
    async find(id) {
      const [userId, remaining] = (await ask(FIND, [session(id)], [])) as [string | null, number];
      return userId === null ? null : { userId, remaining: remaining / 1000 };
    },
    async end(id) {
      await ask("redis.call('DEL', KEYS[1])", [session(id)], []);
    },
    async endAll(userId) {
      await ask(END_ALL, [session(''), listOf(userId)], []);
    },
    async attempt(lines) {
      const { address, account, span } = lines;
      const values = [span * 1000, address.most, account.most];
      const left = (await ask(ATTEMPT, keysOf(lines), values)) as number;
      return left === 0 ? 0 : Math.max(1, left / 1000);
    },
    async forgive(lines) {
      await ask(FORGIVE, keysOf(lines), [KNOWN_SECONDS]);
    },
  };
}
