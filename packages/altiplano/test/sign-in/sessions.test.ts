import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { openPool, type Pool } from '../../src/execute/pool.ts';
import type { AttemptLines } from '../../src/sign-in/attempts.ts';
import { databaseSessions } from '../../src/sign-in/database-sessions.ts';
import { openRedisSessions, type RedisSessions } from '../../src/sign-in/redis-sessions.ts';
import { newSessionId } from '../../src/sign-in/refresh-token.ts';
import type { NewSession, SessionStore } from '../../src/sign-in/sessions.ts';
import { useDatabase } from '../support/database.ts';
import { houseTemplate } from './door.ts';
import { REDIS, useRedis } from './redis.ts';

/** What every keeper of sessions must do. */
function describeKeeper(title: string, storeOf: (schema: string) => SessionStore): void {
  const digest = () => randomBytes(32);
  const begun = (more: Partial<NewSession> = {}): NewSession => ({
    id: newSessionId(),
    userId: randomBytes(4).toString('hex'),
    digest: digest(),
    idle: 60,
    longest: 3_600,
    ...more,
  });
  const open = async (more: Partial<NewSession> = {}): Promise<NewSession> => {
    const session = begun(more);
    await storeOf('house').open(session);
    return session;
  };

  describe(title, () => {
    test('a session is found until it ends', async () => {
      const { id, userId } = await open();
      const found = await storeOf('house').find(id);
      expect(found?.userId).toBe(userId);
      expect(found?.remaining).toBeGreaterThan(50);
      expect(found?.remaining).toBeLessThanOrEqual(60);
      await storeOf('house').end(id);
      expect(await storeOf('house').find(id)).toBeNull();
      await storeOf('house').end(id);
    });

    test('it is of one schema', async () => {
      const { id, userId, digest: was } = await open();
      const other = storeOf('garden');
      expect(await other.find(id)).toBeNull();
      expect(await other.rotate({ id, was, becomes: digest(), idle: 60 })).toEqual({ outcome: 'over' });
      await other.end(id);
      await other.endAll(userId);
      expect(await storeOf('house').find(id)).not.toBeNull();
    });

    test('its digest is exchanged, and what was exchanged ends it', async () => {
      const store = storeOf('house');
      const { id, userId, digest: first } = await open();
      const [second, third] = [digest(), digest()];
      expect(await store.rotate({ id, was: first, becomes: second, idle: 60 })).toEqual({ outcome: 'rotated', userId });
      expect(await store.rotate({ id, was: second, becomes: third, idle: 60 })).toEqual({ outcome: 'rotated', userId });
      expect(await store.find(id)).not.toBeNull();
      expect(await store.rotate({ id, was: first, becomes: digest(), idle: 60 })).toEqual({
        outcome: 'replayed',
        userId,
      });
      expect(await store.find(id)).toBeNull();
      for (const was of [first, second, third])
        expect(await store.rotate({ id, was, becomes: digest(), idle: 60 })).toEqual({ outcome: 'over' });
    });

    test('of many exchanges at once one goes through', async () => {
      const { id, digest: was } = await open();
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => storeOf('house').rotate({ id, was, becomes: digest(), idle: 60 })),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(1);
      expect(await storeOf('house').find(id)).toBeNull();
    });

    test('an exchange moves its end on, and never past the last', async () => {
      const store = storeOf('house');
      const { id, digest: first } = await open({ idle: 10, longest: 100 });
      const [second, third] = [digest(), digest()];
      const remaining = async () => (await store.find(id))?.remaining ?? 0;
      expect(await remaining()).toBeLessThanOrEqual(10);
      await store.rotate({ id, was: first, becomes: second, idle: 50 });
      expect(await remaining()).toBeGreaterThan(40);
      await store.rotate({ id, was: second, becomes: third, idle: 500 });
      expect(await remaining()).toBeGreaterThan(90);
      expect(await remaining()).toBeLessThanOrEqual(100);
      expect((await store.find((await open({ idle: 100, longest: 5 })).id))?.remaining).toBeLessThanOrEqual(5);
    });

    test('it is over when its time is', async () => {
      const { id, digest: was } = await open({ idle: 0.2 });
      await sleep(300);
      expect(await storeOf('house').find(id)).toBeNull();
      expect(await storeOf('house').rotate({ id, was, becomes: digest(), idle: 60 })).toEqual({ outcome: 'over' });
    });

    test('all of a user end at once, and nobody else’s', async () => {
      const { userId } = begun();
      const own = [await open({ userId }), await open({ userId }), await open({ userId })];
      const other = await open();
      await storeOf('house').endAll(userId);
      for (const { id } of own) expect(await storeOf('house').find(id)).toBeNull();
      expect(await storeOf('house').find(other.id)).not.toBeNull();
      const later = await open({ userId });
      expect(await storeOf('house').find(later.id)).not.toBeNull();
    });

    describe('attempts', () => {
      const lines = (account: Buffer, address: Buffer, span = 60): AttemptLines => ({
        account: { line: account, most: 3 },
        address: { line: address, most: 5 },
        place: { line: createHash('sha256').update(account).update(address).digest(), most: 3 },
        span,
      });
      const fresh = () => randomBytes(32);

      test('have room up to the most of a line, whichever it is, and then wait for its window', async () => {
        const store = storeOf('house');
        const [account, address] = [fresh(), fresh()];
        for (let attempt = 0; attempt < 3; attempt++) expect(await store.attempt(lines(account, address))).toBe(0);
        const wait = await store.attempt(lines(account, address));
        expect(wait).toBeGreaterThan(40);
        expect(wait).toBeLessThanOrEqual(60);
        // The address had room for the fourth, and has for one more, of another account.
        expect(await store.attempt(lines(fresh(), address))).toBe(0);
        expect(await store.attempt(lines(fresh(), address))).toBeGreaterThan(40);
        expect(await store.attempt(lines(account, fresh()))).toBeGreaterThan(40);
        expect(await storeOf('garden').attempt(lines(account, address))).toBe(0);
      });

      test('from where there is no room take none of the account', async () => {
        const store = storeOf('house');
        const [account, address] = [fresh(), fresh()];
        for (let attempt = 0; attempt < 5; attempt++) await store.attempt(lines(fresh(), address));
        for (let attempt = 0; attempt < 5; attempt++)
          expect(await store.attempt(lines(account, address))).toBeGreaterThan(0);
        expect(await store.attempt(lines(account, fresh()))).toBe(0);
      });

      test('at once are as many as there is room for', async () => {
        const [account, address] = [fresh(), fresh()];
        const waits = await Promise.all(
          Array.from({ length: 20 }, () => storeOf('house').attempt(lines(account, address))),
        );
        expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
      });

      test('that went well are forgiven', async () => {
        const store = storeOf('house');
        const [account, address] = [fresh(), fresh()];
        for (let attempt = 0; attempt < 12; attempt++) {
          expect(await store.attempt(lines(account, address))).toBe(0);
          await store.forgive(lines(account, address));
        }
      });

      test('elsewhere shut nobody out where the account was signed in to, nor there for ever', async () => {
        const store = storeOf('house');
        const [account, home] = [fresh(), fresh()];
        expect(await store.attempt(lines(account, home))).toBe(0);
        await store.forgive(lines(account, home));
        const guess = async () => {
          for (let attempt = 0; attempt < 3; attempt++) expect(await store.attempt(lines(account, fresh()))).toBe(0);
          expect(await store.attempt(lines(account, fresh()))).toBeGreaterThan(40);
        };
        await guess();
        // At home there is as much room as ever, and no more; what goes well there gives those elsewhere none.
        for (let attempt = 0; attempt < 3; attempt++) expect(await store.attempt(lines(account, home))).toBe(0);
        expect(await store.attempt(lines(account, home))).toBeGreaterThan(40);
        await store.forgive(lines(account, home));
        expect(await store.attempt(lines(account, home))).toBe(0);
        expect(await store.attempt(lines(account, fresh()))).toBeGreaterThan(40);
        expect(await storeOf('garden').attempt(lines(account, home))).toBe(0);
      });

      test('are counted anew when their window is over', async () => {
        const store = storeOf('house');
        const [account, address] = [fresh(), fresh()];
        for (let attempt = 0; attempt < 4; attempt++) await store.attempt(lines(account, address, 0.3));
        await sleep(400);
        expect(await store.attempt(lines(account, address, 0.3))).toBe(0);
      });
    });

    test('of a user’s more than a hundred the oldest are over', async () => {
      const { userId } = begun();
      const opened: NewSession[] = [];
      for (let index = 0; index < 103; index++) {
        opened.push(await open({ userId }));
        await sleep(1);
      }
      const found = await Promise.all(opened.map(({ id }) => storeOf('house').find(id)));
      expect(found.map((one) => one !== null)).toEqual(opened.map((_, index) => index >= 3));
    });
  });
}

describe('in PostgreSQL', () => {
  const database = useDatabase(houseTemplate);
  let pool: Pool;
  beforeAll(async () => {
    const [role] = (await withOwner(database.url(), (owner) => owner.query('select altiplano.app_role() as name')))
      .rows;
    pool = openPool({ url: database.url(), role: role.name, size: 8, statementTimeout: 5_000, acquireTimeout: 5_000 });
  });
  afterAll(() => pool.end());

  describeKeeper('as the role of the server', (schema) => databaseSessions(pool, schema));

  // Fifty at once seldom meet in the database: here two wait at the same row, having read what they could of it.
  test('two that wait for the same row do not both find what was there before', async () => {
    const store = databaseSessions(pool, 'house');
    const [id, was] = [newSessionId(), randomBytes(32)];
    await store.open({ id, userId: 'u', digest: was, idle: 60, longest: 60 });
    const outcomes = await withOwner(database.url(), async (holder) => {
      await holder.query('begin');
      await holder.query('select from altiplano.session where id = $1 for update', [id]);
      const both = [1, 2].map(() => store.rotate({ id, was, becomes: randomBytes(32), idle: 60 }));
      const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
      while ((await holder.query(waiting)).rowCount !== 2) await sleep(20);
      await holder.query('commit');
      return Promise.all(both);
    });
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['replayed', 'rotated']);
  });

  test('two that count and remove what is over do not wait for each other', async () => {
    const lineOf = (name: string) => createHash('sha256').update(name).digest();
    const store = databaseSessions(pool, 'house');
    const attempt = (first: string, second: string) =>
      store.attempt({
        address: { line: lineOf(first), most: 9 },
        account: { line: lineOf(second), most: 9 },
        place: { line: lineOf(`${first} ${second}`), most: 9 },
        span: 60,
      });
    const outcomes = await withOwner(database.url(), async (holder) => {
      await holder.query('truncate altiplano.sign_in_attempt');
      // Of 16 that are over, whoever comes first removes the first eight, and the next the others.
      await holder.query(`insert into altiplano.sign_in_attempt
        select 'house', sha256(('over ' || n)::bytea), 1, now() - interval '1 hour' + n * interval '1 second' from generate_series(1, 16) n
        union all
        select 'house', sha256(('gate ' || n)::bytea), 1, now() + interval '1 hour' from generate_series(1, 2) n`);
      await holder.query('begin');
      await holder.query('select from altiplano.sign_in_attempt where until > now() for update');
      const waiting = async (most: number) => {
        const text = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while ((await holder.query(text)).rowCount !== most) await sleep(20);
      };
      const one = attempt('gate 1', 'over 9');
      await waiting(1);
      const other = attempt('gate 2', 'over 1');
      await waiting(2);
      await holder.query('commit');
      return Promise.allSettled([one, other]);
    });
    expect(outcomes).toEqual([1, 2].map(() => ({ status: 'fulfilled', value: 0 })));
  });

  test('what is over goes with what comes', async () => {
    await withOwner(database.url(), (owner) =>
      owner.query(`insert into altiplano.sign_in_attempt
        select 'house', sha256(n::text::bytea), 3, now() - interval '1 second' from generate_series(1, 100) n`),
    );
    const count = async () =>
      (
        await withOwner(database.url(), (owner) =>
          owner.query('select count(*)::int as n from altiplano.sign_in_attempt where until <= now()'),
        )
      ).rows[0].n;
    const before = await count();
    for (let attempt = 0; attempt < 5; attempt++)
      await databaseSessions(pool, 'house').attempt({
        account: { line: randomBytes(32), most: 3 },
        address: { line: randomBytes(32), most: 3 },
        place: { line: randomBytes(32), most: 3 },
        span: 60,
      });
    expect(await count()).toBeLessThanOrEqual(before - 40);
    await expect(pool.query('select from altiplano.sign_in_attempt')).rejects.toMatchObject({ code: '42501' });
  });

  test('which may not look at the table, nor remove what has expired', async () => {
    const refused = { code: '42501' };
    await expect(pool.query('select from altiplano.session')).rejects.toMatchObject(refused);
    await expect(pool.query('delete from altiplano.session')).rejects.toMatchObject(refused);
    await expect(pool.query('select altiplano.forget_sessions(1)')).rejects.toMatchObject(refused);
  });
});

describe.skipIf(REDIS === undefined)('in Redis (without a redis-server: not run)', () => {
  const redis = useRedis();
  let sessions: RedisSessions;
  beforeAll(async () => {
    sessions = await openRedisSessions(redis.url());
  });
  afterAll(() => sessions.close());

  describeKeeper('as any client', (schema) => sessions.of(schema));

  test('a Redis that is away is a 503, and its sessions are there when it is back', async () => {
    const store = sessions.of('house');
    const session = { id: newSessionId(), userId: 'u', digest: randomBytes(32), idle: 60, longest: 60 };
    await store.open(session);
    await redis.stop();
    await expect(store.find(session.id)).rejects.toMatchObject({ code: 'AUTH_SESSIONS_UNREACHABLE', status: 503 });
    await redis.start();
    let found = null;
    for (let attempt = 0; found === null && attempt < 100; attempt++) {
      found = await store.find(session.id).catch(() => null);
      await sleep(50);
    }
    expect(found?.userId).toBe('u');
  });
});
