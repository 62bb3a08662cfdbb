import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type KeyRing, parseKeyRing } from '../../src/encryption/key-ring.ts';
import { reencrypt, reencryptBatch } from '../../src/encryption/reencrypt.ts';
import { seal, unseal } from '../../src/encryption/seal.ts';
import { readStatus } from '../../src/encryption/status.ts';
import { encryptedTables } from '../../src/encryption/targets.ts';
import { startEngine } from '../../src/engine.ts';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { useDatabase } from '../support/database.ts';
import { DIARY, diary, HOUSE } from './diary.ts';

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
const [, target] = encryptedTables(diary);
if (target === undefined) throw new Error('no table');

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
  for await (const batch of reencrypt(connection, diary, NEW)) changed += batch.changed;
  return changed;
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
    const first = await reencryptBatch(connection, target, NEW, null, 7);
    expect(first).toEqual({ after: '7', seen: 7, changed: 7 });
    const second = await reencryptBatch(connection, target, NEW, first.after, 7);
    expect(second).toEqual({ after: '14', seen: 7, changed: 7 });
    expect(await rotate()).toBe(6);
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
    expect(await reencryptBatch(racing, target, NEW, null)).toMatchObject({ seen: 20, changed: 19 });
    expect((await contents(NEW))['3']).toBe('changed meanwhile');
    expect(await rotate()).toBe(1);
  });

  test('stops at what cannot be opened and names the key', async () => {
    const lost = parseKeyRing(`new:${key(2)}`);
    await expect(reencryptBatch(connection, target, lost, null)).rejects.toMatchObject({
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
