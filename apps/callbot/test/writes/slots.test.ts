import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { useWriter } from './writer.ts';

const POOL = 4;
const database = useDatabase(emptyCallbot);
const writer = useWriter(database, { poolSize: POOL });
let place: Place;
beforeAll(async () => {
  place = await makePlace(writer.owner());
});

test('writes that wait for one row hold up no other tenant', async () => {
  const body = { workspace_id: place.workspace, name: 'held', phone: 'p' };
  const made = await writer.send(place.admin, 'POST ', { body });
  const { id } = JSON.parse(made.body) as { id: string };
  const readOther = () => writer.read(place.stranger, place.other, place.foreign.customer);
  await readOther();

  const holder = await connectOwner(database.url());
  try {
    await holder.query('begin');
    await holder.query('select from callbot.customer where id = $1 for update', [id]);
    const change = { query: `workspace_id=${place.workspace}`, body: { carrier: 'c' } };
    const changes = Array.from({ length: 2 * POOL }, () => writer.send(place.admin, `PATCH ${id}/`, change));
    let answered = 0;
    for (const one of changes) void one.then(() => answered++);
    const waiting = async () => {
      const text = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
      return (await writer.owner().query(text)).rowCount; // the holder's transaction would see the first answer again
    };
    await vi.waitFor(async () => expect(await waiting()).toBe(POOL / 2), 10_000);
    await sleep(200);
    expect(await waiting(), 'no more than half of the pool').toBe(POOL / 2);
    // Where writes may hold every connection, it is answered only after one of them has given up, after four seconds.
    expect((await readOther()).status).toBe(200);
    expect(answered).toBe(0);
    await holder.query('commit');
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(changes.map(() => 200));
  } finally {
    await holder.end();
  }
});
