import { connectOwner } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { MEMBERS, OURS, ROWS } from './fixture.ts';
import { emptyWorkboard } from './workboard-database.ts';

const database = useDatabase(emptyWorkboard);
const LEAVE = {
  'are demoted': (id: string) => `update workboard.member set role = 'member' where id = '${id}'`,
  'are deleted': (id: string) => `delete from workboard.member where id = '${id}'`,
} as const;
const OTHER = '00000000-0000-4000-8000-000000000077';

async function withClients<T>(work: (clients: Awaited<ReturnType<typeof connectOwner>>[]) => Promise<T>): Promise<T> {
  const clients = await Promise.all([1, 2].map(() => connectOwner(database.url())));
  try {
    return await work(clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

beforeAll(() =>
  withClients(async ([client]) => {
    await client?.query(ROWS);
    await client?.query(
      `update workboard.project set owner_id = '${MEMBERS.admin}' where owner_id = '${MEMBERS.owner}'`,
    );
  }),
);

describe.each(['read committed', 'repeatable read', 'serializable'])(
  'of two owners who leave at once, %s',
  (isolation) => {
    test.each(Object.entries(LEAVE))('one stays when they %s', async (_how, leave) => {
      await withClients(async ([one, other]) => {
        if (one === undefined || other === undefined) throw new Error('two are needed');
        await one.query(`insert into workboard.member (id, organization_id, email, name, role) values
        ('${OTHER}', '${OURS}', 'other@example.org', 'Other', 'owner'),
        ('${MEMBERS.owner}', '${OURS}', 'olga@example.org', 'Olga Owner', 'owner')
        on conflict (organization_id, id) do update set role = 'owner'`);
        for (const client of [one, other])
          await client.query(`begin isolation level ${isolation}; select 1 from workboard.member`);
        await one.query(leave(MEMBERS.owner));
        const waits = other.query(leave(OTHER)).then(
          () =>
            other.query('commit').then(
              () => 'left',
              () => 'refused',
            ),
          () => 'refused',
        );
        await new Promise((resolve) => setTimeout(resolve, 100));
        await one.query('commit');
        expect(await waits).toBe('refused');
        await other.query('rollback');
        const { rows } = await one.query(
          `select count(*)::int as owners from workboard.member where organization_id = '${OURS}' and role = 'owner'`,
        );
        expect(rows).toEqual([{ owners: 1 }]);
      });
    });
  },
);

test('an organization goes with its owners', async () => {
  await withClients(async ([client]) => {
    await client?.query('begin');
    // The keys of projects to their owners are looked at when the statement ends: by then the projects are gone too.
    await client?.query(`delete from workboard.organization where id = '${OURS}'`);
    expect((await client?.query('select from workboard.member where organization_id = $1', [OURS]))?.rowCount).toBe(0);
    await client?.query('rollback');
  });
});
