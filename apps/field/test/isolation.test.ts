import { openAppRole } from 'altiplano/testing';
import { describe, expect, test } from 'vitest';
import { OURS, THEIRS } from './fixture.ts';
import { useField } from './server.ts';

const api = useField();
const TABLES = ['tenant', 'people', 'tracking', 'journal_entry', 'wellness_report'];
const withRole = async <T>(work: (role: Awaited<ReturnType<typeof openAppRole>>) => Promise<T>): Promise<T> => {
  const role = await openAppRole(api.url());
  try {
    return await work(role);
  } finally {
    await role.end();
  }
};
const count = (table: string, where = 'true') => `select count(*)::int as count from field.${table} where ${where}`;

describe('row security alone', () => {
  test.each(TABLES)('shows of %s the tenant of the session, and nothing without one', async (table) => {
    const column = table === 'tenant' ? 'id' : 'tenant_id';
    await withRole(async (role) => {
      for (const tenant of [OURS, THEIRS]) {
        const all = await api.owner().query(count(table, `${column} = '${tenant}'`));
        const seen = await role.as({ tenant }, (client) => client.query(count(table)));
        expect(seen.rows).toEqual(all.rows);
      }
      const none = await role.as({}, (client) => client.query(count(table)));
      expect(none.rows).toEqual([{ count: 0 }]);
    });
  });

  test('lets no row be written into another tenant, and no report at all', async () => {
    const point = `insert into field.tracking (tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude)
      values ('${THEIRS}', 9, 'trip', 'd', '2026-01-01', 0, 0)`;
    const entry = `insert into field.journal_entry (tenant_id, user_id, entry_type, privacy_scope, title)
      values ('${THEIRS}', 9, 'note', 'team', 't')`;
    const report = `insert into field.wellness_report (tenant_id, period_start, period_end, people, entries, at_risk)
      values ('${OURS}', '2026-01-01', '2026-01-31', 1, 1, 1)`;
    const sign = `update field.journal_entry set user_id = 1`;
    await withRole(async (role) => {
      for (const text of [point, entry, report, sign, 'delete from field.journal_entry', 'delete from field.people'])
        expect(await role.refusal({ tenant: OURS }, text), text).toBe('42501');
    });
  });
});

test('another id, a foreign one and a made-up one look the same', async () => {
  const answers = await Promise.all(
    ['/api/tracking/999/', '/api/tracking/123456789/', '/api/wellness/reports/209/', '/api/wellness/reports/1/'].map(
      async (path) => {
        const { status, json } = await api.send({ as: 'wendy', path });
        return { status, ...json, request_id: '' };
      },
    ),
  );
  expect(answers[0]?.status).toBe(404);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('who is no longer active, or whose tenant is not, is nobody at once', async () => {
  const owner = api.owner();
  const ask = async (as: string) => (await api.send({ as, path: '/api/tracking/' })).status;
  expect([await ask('will'), await ask('stranger'), await ask('ian')]).toEqual([200, 200, 401]);
  await owner.query(`update field.people set is_active = false where id = 2`);
  expect(await ask('will')).toBe(401);
  await owner.query(`update field.tenant set is_active = false where id = '${THEIRS}'`);
  await expect.poll(() => ask('stranger'), { timeout: 3_000 }).toBe(401);
  await owner.query(`update field.people set is_active = true where id = 2; update field.tenant set is_active = true`);
});
