import { type AppRole, openAppRole, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { useWriter } from './writer.ts';

const database = useDatabase(emptyCallbot);
const writer = useWriter(database);
let place: Place;
let app: AppRole;
beforeAll(async () => {
  place = await makePlace(writer.owner());
  app = await openAppRole(database.url());
});
afterAll(() => app.end());

describe('the app’s role', () => {
  test('may write the columns a body can set, and nothing else', async () => {
    const { rows } = await writer.owner().query<{ may: string }>(
      `select format('%s %s %s', lower(p.privilege_type), p.table_name, string_agg(p.column_name, ' ' order by p.column_name)) as may
       from information_schema.column_privileges p
       where p.grantee = $1 and p.table_schema = 'callbot' and p.privilege_type <> 'SELECT'
       group by p.privilege_type, p.table_name
       union all
       select format('%s %s', lower(t.privilege_type), t.table_name) from information_schema.table_privileges t
       where t.grantee = $1 and t.table_schema = 'callbot' and t.privilege_type <> 'SELECT'
       order by 1`,
      [app.name],
    );
    expect(rows.map(({ may }) => may)).toEqual([
      'delete customer_campaign_labels',
      'insert call billing_rate call_type campaign_customer_id created_at customer_id direction duration duration_seconds id recording_url sentiment_score status transcript workspace_id',
      'insert customer call_status carrier checked email employee_id id is_test name other_attributes phone quality status workspace_id',
      'insert customer_campaign_labels customer_id label_id workspace_id',
      'update customer call_status carrier checked deleted_at email employee_id is_deleted is_test name other_attributes phone quality status updated_at',
    ]);
  });

  test('writes no row of another tenant, nor one without a tenant', async () => {
    const insert = `insert into callbot.customer (workspace_id, name, phone) values ('${place.other}', 'x', 'x')`;
    for (const settings of [{ tenant: place.workspace, caller: place.admin }, {}]) {
      expect(await app.refusal(settings, insert)).toBe('42501');
      const { rowCount } = await app.as(settings, (client) =>
        client.query(`update callbot.customer set name = 'x' where workspace_id = '${place.other}'`),
      );
      expect(rowCount).toBe(0);
    }
    expect(await app.refusal({ tenant: place.other, caller: place.admin }, insert)).toBeNull();
  });

  test('reads and keeps replies of its session’s caller only', async () => {
    const keep = (caller: string) =>
      app.as({ caller, kind: 'user' }, (client) =>
        client.query("select altiplano.keep_reply('callbot', 'r', 'k', 'f', null, '{}')"),
      );
    await expect(keep(place.admin)).resolves.toBeDefined();
    await writer.send(place.admin, 'POST ', {
      body: { workspace_id: place.workspace, name: 'n', phone: 'p' },
      key: 'k',
    });
    const kept = (caller: string) =>
      app.as({ caller, kind: 'user' }, (client) =>
        client.query("select from altiplano.kept_reply('callbot', 'create_customers', 'k')"),
      );
    expect((await kept(place.admin)).rowCount).toBe(1);
    expect((await kept(place.stranger)).rowCount).toBe(0);
    expect(await app.refusal({}, "select altiplano.keep_reply('callbot', 'r', 'k', 'f', null, null)")).toBe('23502');
  });
});
