import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { profileKeeper } from '../../../src/execute/profile-keeper.ts';
import { ENGINE, migrate } from '../../../src/migrate/run.ts';
import { diagnose } from '../../../src/profile/diagnose/diagnose.ts';
import { behind } from '../../../src/profile/store/behind.ts';
import type { Keeper, ProfileStore } from '../../../src/profile/store/store.ts';
import { connectRedis, type Redis } from '../../../src/redis/connect.ts';
import { redisProfiles } from '../../../src/redis/profile-keeper.ts';
import { desk } from '../../actions/desk.ts';
import { REDIS, useRedis } from '../../sign-in/redis.ts';
import { sourceKey } from '../../support/app-database.ts';
import { useDatabase } from '../../support/database.ts';
import { recordingOf } from '../recordings.ts';

const profile = (id: string) => diagnose(recordingOf({ id }), { app: 'shop', tenant: 't', user: 'u' });

/** What any store has to do. */
function keeps(store: () => ProfileStore): void {
  test('what was kept is found as it was, what was not is not', async () => {
    store().keep(profile('profile-a'));
    expect(await store().find('profile-a')).toEqual(profile('profile-a'));
    expect(await store().find('profile-b')).toBeNull();
    expect(await store().find("'; drop table altiplano.profile; --")).toBeNull();
    expect(store().dropped()).toBe(0);
  });
}

describe('in PostgreSQL', () => {
  const database = useDatabase({
    name: 'profile_store',
    key: sourceKey({ ...desk, migrations: ENGINE.folder }),
    build: (url) => migrate(ENGINE, { url, direction: 'up' }).then(() => {}),
  });
  let store: ProfileStore;
  let owner: OwnerClient;
  beforeAll(async () => {
    store = behind(async () => profileKeeper(database.url()));
    owner = await connectOwner(database.url());
  });
  afterAll(async () => {
    await store?.close();
    await owner?.end();
  });
  keeps(() => store);

  test('at most 500, none for longer than an hour, in a table that no crash has to bring back', async () => {
    await owner.query(`insert into altiplano.profile (id, at, profile)
      select 'old-' || n, now() - n * interval '5 s', '{}' from generate_series(1, 900) n`);
    expect(await store.find('old-720')).toBeNull();
    expect(await store.find('old-700')).toEqual({});
    store.keep(profile('profile-new'));
    await store.find('profile-new');
    const { rows } = await owner.query(
      "select count(*) as n, min(at) > now() - interval '1 hour' as young from altiplano.profile",
    );
    expect(rows).toEqual([{ n: '500', young: true }]);
    const kind = await owner.query("select relpersistence from pg_class where oid = 'altiplano.profile'::regclass");
    expect(kind.rows).toEqual([{ relpersistence: 'u' }]);
  });
});

describe.skipIf(REDIS === undefined)('in Redis (without a redis-server: not run)', () => {
  const redis = useRedis();
  let store: ProfileStore;
  let client: Redis;
  beforeAll(async () => {
    store = behind(() => redisProfiles(redis.url()));
    client = await connectRedis(redis.url());
  });
  afterAll(async () => {
    await store?.close();
    client?.disconnect();
  });
  keeps(() => store);

  test('for an hour by its clock, and at most 500 of them', async () => {
    const left = await client.pttl('altiplano:profile:profile-a');
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
    const old = Array.from({ length: 600 }, (_, index) => `old-${index}`);
    await client.zadd('altiplano:profiles', ...old.flatMap((id, index) => [index, id]));
    await client.mset(...old.flatMap((id) => [`altiplano:profile:${id}`, '{}']));
    store.keep(profile('profile-new'));
    expect((await store.find('profile-new'))?.id).toBe('profile-new');
    expect(await client.zcard('altiplano:profiles')).toBe(500);
    expect(await client.keys('altiplano:profile:*')).toHaveLength(500);
    expect(await store.find('old-0')).toBeNull();
  });
});

describe('a store that fails', () => {
  const broken = (put: Keeper['put']): Keeper => ({
    name: 'redis',
    put,
    get: () => Promise.reject(new Error('gone')),
    close: async () => {},
  });

  test('fails nothing: profiles are dropped, and nothing is found', async () => {
    const store = behind(async () => broken(() => Promise.reject(new Error('full'))));
    store.keep(profile('profile-a'));
    expect([await store.find('profile-a'), store.dropped()]).toEqual([null, 1]);
    const nowhere = behind(() => Promise.reject(new Error('no connection')));
    nowhere.keep(profile('profile-a'));
    expect([await nowhere.find('profile-a'), nowhere.dropped()]).toEqual([null, 1]);
    await nowhere.close();
  });

  test('or is slow, has 20 under way and no more', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const store = behind(async () => broken(() => slow));
    for (let index = 0; index < 30; index++) store.keep(profile(String(index)));
    expect(store.dropped()).toBe(10);
    release();
    await store.close();
  });

  test('is connected to when there is something to keep, and not before', async () => {
    let opened = 0;
    const store = behind(async () => {
      opened += 1;
      return broken(async () => {});
    });
    await store.close();
    expect(opened).toBe(0);
  });
});
