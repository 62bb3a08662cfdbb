import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beforeBitmaps } from '../callbot-database.ts';
import { wrongPostings } from './wrong-postings.ts';

const database = useDatabase(beforeBitmaps);
const [WORKSPACE, CUSTOMER, LABEL] = ['a', 'b', 'c'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
let [filler, writer]: OwnerClient[] = [];
beforeAll(async () => {
  [filler, writer] = [await connectOwner(database.url()), await connectOwner(database.url())];
  for (const client of [filler, writer]) await client.query('set search_path to callbot');
});
afterAll(async () => {
  await filler?.end();
  await writer?.end();
});

/** One customer with a label and an attribute, from before there were postings. */
async function reset(): Promise<void> {
  await filler?.query(`truncate workspace cascade;
    insert into workspace (id, name) values ('${WORKSPACE}', 'W');
    insert into label (id, workspace_id, name) values ('${LABEL}', '${WORKSPACE}', 'L');
    insert into customer (id, workspace_id, name, phone, other_attributes) values ('${CUSTOMER}', '${WORKSPACE}', 'N', '1', '{"a": 1}');
    insert into customer_campaign_labels (customer_id, label_id) values ('${CUSTOMER}', '${LABEL}');
    truncate customer_posting`);
}

const fill = async (wait: boolean) => {
  const found = await filler?.query<{ id: string }>('select customer_posting_fill($1, $2) as id', [[CUSTOMER], wait]);
  return found?.rows.map(({ id }) => id);
};

describe('postings of rows that were there before are right though a writer', () => {
  test.each([
    ['deletes the customer softly', `update customer set is_deleted = true`],
    ['moves it', `update customer set created_at = '2020-01-01'`],
    ['changes its attributes', `update customer set other_attributes = '{"b": 2}'`],
    ['unlinks its label', 'delete from customer_campaign_labels'],
    ['deletes its label', 'delete from label'],
    ['deletes it', 'delete from customer'],
  ])('%s, before the fill or after it', async (_, change) => {
    // The fill comes first: the writer waits, and then finds what was filled in.
    await reset();
    await filler?.query('begin');
    expect(await fill(false)).toEqual([]);
    const writing = writer?.query(change);
    await Promise.race([writing, sleep(30)]);
    await filler?.query('commit');
    await writing;
    expect(await wrongPostings(writer as OwnerClient, 'callbot'), 'fill first').toEqual([]);
    // The writer comes first: the fill passes it by, and when it waits it sees what was written.
    await reset();
    await writer?.query(`begin; ${change}`);
    expect(await fill(false)).toEqual([CUSTOMER]);
    const filling = fill(true);
    await Promise.race([filling, sleep(30)]);
    await writer?.query('commit');
    expect(await filling).toEqual([]);
    expect(await wrongPostings(writer as OwnerClient, 'callbot'), 'writer first').toEqual([]);
  });
});
