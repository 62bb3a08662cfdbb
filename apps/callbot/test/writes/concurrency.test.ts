import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { useWriter } from './writer.ts';

const database = useDatabase(emptyCallbot);
const stages: Partial<Record<string, number>>[] = [];
const writer = useWriter(database, {
  observe: (observation) => {
    if (observation.kind === 'request.finished') stages.push(observation.stages);
  },
});
let place: Place;
let ids: readonly string[];
const asked = () => ({ query: `workspace_id=${place.workspace}` });

beforeAll(async () => {
  place = await makePlace(writer.owner());
  const items = Array.from({ length: 20 }, (_, index) => ({
    workspace_id: place.workspace,
    name: `${index}`,
    phone: 'p',
  }));
  const { body } = await writer.send(place.admin, 'POST bulk/', { body: { items } });
  ids = (JSON.parse(body) as { results: { id: string }[] }).results.map(({ id }) => id);
});

/** Locks a row from another session for as long as the work takes. */
async function whileLocked<T>(id: string | undefined, work: (release: () => Promise<void>) => Promise<T>): Promise<T> {
  const client = await connectOwner(database.url());
  try {
    await client.query('begin');
    await client.query('select from callbot.customer where id = $1 for update', [id]);
    return await work(async () => void (await client.query('commit')));
  } finally {
    await client.end();
  }
}

describe('a row somebody else holds', () => {
  test('is waited for, and how long is told', async () => {
    const [, , status] = await whileLocked(ids[0], async (release) => {
      const change = writer.send(place.admin, `PATCH ${ids[0]}/`, { ...asked(), body: { carrier: 'c' } });
      const released = sleep(300).then(release);
      return Promise.all([released, change, change.then((reply) => reply.status)]);
    });
    expect(status).toBe(200);
    const { lock = 0, execute = 0 } = stages.at(-1) ?? {};
    expect(lock).toBeGreaterThan(250);
    expect(execute).toBeGreaterThanOrEqual(lock);
  });

  test('does not hold up what only adds to it', async () => {
    const client = await connectOwner(database.url());
    await client.query('begin; update callbot.customer set carrier = carrier');
    const call = { customer_id: ids[0], direction: 'inbound', status: 'busy', duration: 1, call_type: 'direct' };
    const logged = await writer.send(place.admin, 'POST ', {
      resource: 'calls',
      body: { workspace_id: place.workspace, ...call },
    });
    await client.end();
    expect(logged.status).toBe(201);
  });

  test('is given up after some seconds, with nothing changed', async () => {
    const body = { items: ids.slice(0, 3).map((id) => ({ id, name: 'never' })) };
    const reply = await whileLocked(ids[2], () => writer.send(place.admin, 'PATCH bulk/', { ...asked(), body }));
    expect(reply).toMatchObject({ status: 503, code: 'EXEC_LOCKED' });
    const { rows } = await writer.owner().query("select from customer where name = 'never'");
    expect(rows).toHaveLength(0);
  });

  test('is left alone when nobody waits for the answer any more', async () => {
    const controller = new AbortController();
    const reply = await whileLocked(ids[1], async (release) => {
      const change = writer.send(place.admin, `DELETE ${ids[1]}/`, { ...asked(), signal: controller.signal });
      await sleep(200);
      controller.abort();
      const answered = await change;
      await release();
      return answered;
    });
    expect(reply.code).toBe('EXEC_CANCELLED');
    expect((await writer.read(place.admin, place.workspace, ids[1] ?? '')).status).toBe(200);
  });
});

describe('a transaction the database takes back', () => {
  /** The next `times` inserts of customers fail as a deadlock would. */
  const failing = (times: number) =>
    writer.owner().query(`
      drop trigger if exists test_conflict on customer;
      drop sequence if exists test_attempts;
      create sequence test_attempts;
      create or replace function test_conflict() returns trigger language plpgsql security definer as $$
      begin
        if nextval('callbot.test_attempts') <= ${times} then raise exception 'conflict' using errcode = '40P01'; end if;
        return null;
      end $$;
      create trigger test_conflict after insert on customer for each statement execute function test_conflict()`);
  const create = (name: string) =>
    writer.send(place.admin, 'POST ', {
      body: { workspace_id: place.workspace, name, phone: 'p' },
      key: name.replace(' ', '-'),
    });
  const stored = async (name: string) =>
    (await writer.owner().query('select from customer where name = $1', [name])).rowCount;

  test('is repeated as a whole, up to three times', async () => {
    await failing(3);
    expect((await create('third time')).status).toBe(201);
    expect(await stored('third time')).toBe(1);
    await failing(4);
    expect(await create('never')).toMatchObject({ status: 503, code: 'EXEC_CONFLICT' });
    expect(await stored('never')).toBe(0);
    expect((await create('never')).status).toBe(201);
    await writer.owner().query('drop trigger test_conflict on customer');
  });
});

describe('many at once on the same rows', () => {
  test('never wait for each other in a circle, and every answer is one of the contract', async () => {
    const before = await deadlocks();
    const some = fc.shuffledSubarray([...ids], { minLength: 2, maxLength: 12 });
    const labels = fc.subarray([...place.labels]);
    const step = fc.oneof(
      fc.tuple(fc.constant('PATCH bulk/'), fc.tuple(some, labels)),
      fc.tuple(fc.constant('DELETE bulk/'), fc.tuple(some, labels)),
      fc.tuple(fc.constant('calls'), fc.tuple(some, labels)),
      fc.tuple(fc.constant('label'), fc.tuple(some, labels)),
    );
    const seed = Date.now() % 1_000_000;
    const statuses = new Map<number, number>();
    const steps = fc.sample(step, { numRuns: 240, seed });
    const run = async (target: string, chosen: readonly string[], linked: readonly string[]) => {
      const { status } = await act(target, chosen, linked);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    const workers = Array.from({ length: 8 }, async () => {
      for (let next = steps.pop(); next !== undefined; next = steps.pop()) await run(next[0], ...next[1]);
    });
    await Promise.all(workers);
    expect(
      [...statuses.keys()].filter((status) => ![200, 201, 204, 400, 404].includes(status)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(await deadlocks()).toBe(before);
  });

  function act(target: string, chosen: readonly string[], linked: readonly string[]) {
    const customer_id = chosen[0];
    switch (target) {
      case 'calls': {
        const call = {
          workspace_id: place.workspace,
          direction: 'inbound',
          status: 'busy',
          duration: 1,
          call_type: 'direct',
        };
        const items = chosen.map((id) => ({ ...call, customer_id: id }));
        return writer.send(place.admin, 'POST bulk/', { resource: 'calls', body: { items } });
      }
      case 'label':
        return writer.send(place.admin, `POST ${customer_id}/labels/${place.labels[1]}/`, asked());
      case 'DELETE bulk/':
        // Few at a time, or soon nothing would be left to fight about.
        return writer.send(place.admin, target, { ...asked(), body: { ids: chosen.slice(0, 1) } });
      default: {
        const items = chosen.map((id) => ({
          id,
          name: 'x',
          quality: 'hot',
          label_ids: linked,
          other_attributes: { n: chosen.length },
        }));
        return writer.send(place.admin, target, { ...asked(), body: { items } });
      }
    }
  }

  /** A session tells at most once a second what it saw. */
  async function deadlocks(): Promise<number> {
    await sleep(1_500);
    const { rows } = await writer
      .owner()
      .query('select deadlocks from pg_stat_database where datname = current_database()');
    return Number(rows[0].deadlocks);
  }
});
