import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type KeyRing, parseKeyRing } from '../../src/encryption/key-ring.ts';
import { reencryptBatch } from '../../src/encryption/reencrypt.ts';
import { seal, unseal } from '../../src/encryption/seal.ts';
import { readStatus } from '../../src/encryption/status.ts';
import { startEngine } from '../../src/engine.ts';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { startRun } from '../../src/jobs/inline.ts';
import { perform } from '../../src/jobs/perform.ts';
import type { Progress } from '../../src/resource/job.ts';
import { reencryption } from '../../src/resource/reencryption.ts';
import { useDatabase } from '../support/database.ts';
import { DIARY, diary, HOUSE, OTHER } from './diary.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const OLD = parseKeyRing(`old:${key(1)}`);
const NEW = parseKeyRing(`new:${key(2)},old:${key(1)}`);

const database = useDatabase(DIARY);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
});
afterAll(() => owner.end());

const connection = { query: (text: string, values: readonly unknown[]) => owner.query(text, [...values]) };
/** The table of notes is empty: the second batch begins with entries. */
const ENTRIES = { table: 'entry', key: null, tenant: null };

const place = (column: string, row: string | null) => ({ table: 'entry', column, tenant: HOUSE, row });

beforeEach(async () => {
  await owner.query('truncate diary.note, diary.entry restart identity');
  const rows = Array.from({ length: 20 }, (_, n) => [
    seal(OLD, place('content', n % 2 === 0 ? String(n + 1) : null), `content ${n + 1}`),
    n % 3 === 0 ? seal(OLD, place('aside', null), `aside ${n + 1}`) : null,
  ]);
  await owner.query(
    `insert into diary.entry (house_id, title, content, aside) select $1, 'T', r ->> 0, r ->> 1 from json_array_elements($2::json) r`,
    [HOUSE, JSON.stringify(rows)],
  );
});

/** Everything readable with these keys, by number. */
async function contents(keys: KeyRing): Promise<Record<string, string>> {
  const { rows } = await owner.query('select id, content from diary.entry order by id');
  return Object.fromEntries(rows.map(({ id, content }) => [id, unseal(keys, place('content', String(id)), content)]));
}

async function rotate(): Promise<number> {
  let changed = 0;
  for (let after: unknown = null; ; ) {
    const batch = await reencryptBatch(connection, diary, NEW, after);
    changed += batch.changed;
    if (batch.after === null) return changed;
    ({ after } = batch);
  }
}

describe('the rotation', () => {
  test('seals everything with the current key and binds it to its row; done again it writes nothing', async () => {
    const before = await contents(NEW);
    expect(await rotate()).toBe(20);
    const without = parseKeyRing(`new:${key(2)}`);
    expect(await contents(without)).toEqual(before);
    expect(
      (await readStatus(owner, diary, without)).map(({ state, binding, values }) => [state, binding, values]),
    ).toEqual([
      ['current', 'row', 20],
      ['current', 'row', 7],
    ]);
    expect(await rotate()).toBe(0);
  });

  test('goes on where it stopped, in batches of bounded size', async () => {
    const none = await reencryptBatch(connection, diary, NEW, null, 7);
    expect(none).toEqual({ table: 'note', after: ENTRIES, seen: 0, changed: 0 });
    const first = await reencryptBatch(connection, diary, NEW, none.after, 7);
    expect(first).toEqual({ table: 'entry', after: { ...ENTRIES, key: '7', tenant: HOUSE }, seen: 7, changed: 7 });
    const second = await reencryptBatch(connection, diary, NEW, first.after, 7);
    expect(second).toMatchObject({ after: { key: '14' }, seen: 7, changed: 7 });
    expect(await rotate()).toBe(6);
  });

  test('passes over no row where two tenants have rows of one key', async () => {
    await owner.query('alter table diary.note drop constraint note_pkey');
    try {
      const ids = Array.from({ length: 3 }, (_, n) => `00000000-0000-4000-8000-00000000f00${n}`);
      for (const id of ids)
        for (const tenant of [HOUSE, OTHER]) {
          const sealed = seal(OLD, { table: 'note', column: 'content', tenant, row: id }, 'x');
          await owner.query("insert into diary.note (id, house_id, title, content) values ($1, $2, 'T', $3)", [
            ...[id, tenant, sealed],
          ]);
        }
      const first = await reencryptBatch(connection, diary, NEW, null, 3);
      const second = await reencryptBatch(connection, diary, NEW, first.after, 3);
      expect([first, second].map(({ seen, changed }) => [seen, changed])).toEqual([
        [3, 3],
        [3, 3],
      ]);
    } finally {
      await owner.query('truncate diary.note; alter table diary.note add primary key (id)');
    }
  });

  test('is a job that goes on where a killed one was', async () => {
    const run = async (id: string, signal: AbortSignal, tell: (progress: Progress) => void = () => {}) =>
      perform({ ...{ url: database.url(), job: reencryption(), run: id, once: true, signal, tell }, sealing });
    const sealing = { app: diary, keys: NEW };
    const { id } = await startRun(database.url(), 'diary', reencryption(), '{}');
    const stopping = new AbortController();
    const stopped = await run(id, stopping.signal, () => stopping.abort());
    expect(stopped.state).toBe('waiting');
    expect(await run(id, new AbortController().signal)).toMatchObject({ state: 'done', problem: null });
    expect(await rotate()).toBe(0);
    const { id: other } = await startRun(database.url(), 'diary', reencryption(), '{}');
    const signal = new AbortController().signal;
    const keyless = { app: diary, keys: null };
    expect(
      await perform({ url: database.url(), job: reencryption(), run: other, once: true, signal, sealing: keyless }),
    ).toMatchObject({ state: 'failed', problem: expect.stringContaining('ENCRYPTION') });
  });

  test('loses no change that is made meanwhile', async () => {
    const change = seal(OLD, place('content', '3'), 'changed meanwhile');
    const racing = {
      query: async (text: string, values: readonly unknown[]) => {
        if (text.startsWith('with changed'))
          await owner.query('update diary.entry set content = $1 where id = 3', [change]);
        return owner.query(text, [...values]);
      },
    };
    expect(await reencryptBatch(racing, diary, NEW, ENTRIES)).toMatchObject({ seen: 20, changed: 19 });
    expect((await contents(NEW))['3']).toBe('changed meanwhile');
    expect(await rotate()).toBe(1);
  });

  test('stops at what cannot be opened and names the key', async () => {
    const lost = parseKeyRing(`new:${key(2)}`);
    await expect(reencryptBatch(connection, diary, lost, ENTRIES)).rejects.toMatchObject({
      code: 'ENCRYPTION_KEY_MISSING',
    });
    expect((await readStatus(owner, diary, lost)).map(({ state }) => state)).toContain('key missing');
  });
});

test('without keys the resource is out of service', async () => {
  const engine = await startEngine({ url: database.url(), apps: [diary], pepper: 'test' });
  try {
    expect(engine.services.map((service) => service.unavailable()?.code)).toEqual([
      'ENCRYPTION_UNSET',
      'ENCRYPTION_UNSET',
    ]);
  } finally {
    await engine.close();
  }
});
