import { connectOwner, type OwnerClient } from 'altiplano';
import { type AppRole, openAppRole, tenantMigration, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identity } from '../../identity.ts';
import { workspaces } from '../../workspaces.ts';
import { sampledCallbot } from '../callbot-database.ts';

const database = useDatabase(sampledCallbot);
let owner: OwnerClient;
let app: AppRole;
const place = { user: '', own: '', other: '', employee: '' };

beforeAll(async () => {
  owner = await connectOwner(database.url());
  app = await openAppRole(database.url());
  const { rows } = await owner.query(`
    select m.user_id as user, m.workspace_id as own, e.id as employee,
      (select w.id from callbot.workspace w where w.id not in (
        select o.workspace_id from callbot.app_user_workspaces o where o.user_id = m.user_id) limit 1) as other
    from callbot.app_user_workspaces m join callbot.employee e on e.workspace_id <> m.workspace_id
    join callbot.app_user u on u.id = m.user_id and u.role = 'admin'
    order by 1, 2 limit 1`);
  Object.assign(place, rows[0]);
});
afterAll(async () => {
  await app?.end();
  await owner?.end();
});

const SHOWN = 'select * from callbot.workspace_shown($1, true, null)';

describe('workspace_shown', () => {
  test('shows a member its workspace and nobody another, whatever tenant is set', async () => {
    const { user: caller, own, other } = place;
    for (const tenant of ['', own, other]) {
      expect(await app.refusal({ caller, tenant }, SHOWN, [own]), tenant).toBeNull();
      expect(await app.refusal({ caller, tenant }, SHOWN, [other]), tenant).toBe('ALT01');
    }
    expect(await app.refusal({}, SHOWN, [own])).toBe('ALT01');
    expect(await app.refusal({ tenant: own }, SHOWN, [own])).toBe('ALT01');
    expect(await app.refusal({ caller }, SHOWN, [null])).toBe('ALT01');
  });

  test('leaves the session in the tenant it was in', async () => {
    const { user: caller, own, other } = place;
    for (const tenant of ['', own, other]) {
      const left = await app.as({ caller, tenant }, async (client) => {
        await client.query(SHOWN, [own]);
        const { rows } = await client.query(
          `
          select current_setting('altiplano.tenant') as tenant,
            (select count(distinct workspace_id)::int from callbot.customer where workspace_id <> $1) as foreign`,
          [tenant || own],
        );
        return rows[0];
      });
      expect(left).toEqual({ tenant, foreign: 0 });
    }
  });

  test('has no rights of its own: nothing in it is read past row security', async () => {
    const { rows } = await owner.query(`
      select p.prosecdef as owner, p.provolatile as volatility, has_function_privilege('public', p.oid, 'execute') as everybody
      from pg_proc p where p.oid = 'callbot.workspace_shown(uuid, boolean, uuid)'::regprocedure`);
    expect(rows).toEqual([{ owner: false, volatility: 's', everybody: false }]);
  });

  // Planted faults: without its check the function still shows nothing that row security hides, and without the tenant nothing.
  test('would show nothing of another’s customers even if it forgot who is a member, or which tenant', async () => {
    const { user: caller, own, other } = place;
    const body = async (change: (text: string) => string) => {
      const { rows } = await owner.query<{ text: string }>(
        `select pg_get_functiondef('callbot.workspace_shown(uuid, boolean, uuid)'::regprocedure) as text`,
      );
      await owner.query(change(rows[0]?.text ?? ''));
    };
    const { rows } = await owner.query<{ text: string }>(
      `select pg_get_functiondef('callbot.workspace_shown(uuid, boolean, uuid)'::regprocedure) as text`,
    );
    try {
      await body((text) => text.replace(/perform set_config\('altiplano.tenant', of_tenant::text, true\);/i, ''));
      expect(await app.as({ caller }, (client) => client.query(SHOWN, [own]))).toMatchObject({ rowCount: 0 });
      expect(await app.as({ caller, tenant: other }, (client) => client.query(SHOWN, [own]))).toMatchObject({
        rowCount: 0,
      });
    } finally {
      await owner.query(rows[0]?.text ?? '');
    }
    expect(await app.as({ caller }, (client) => client.query(SHOWN, [own]))).toMatchObject({ rowCount: 1 });
  });
});

test('the migration is what the declaration prints (vitest -u writes it)', async () => {
  const types = {
    workspace: { id: 'uuid', name: 'text' },
    customer: { updated_at: 'timestamp with time zone' },
  };
  const text = tenantMigration(workspaces, identity.membership, types);
  await expect(text).toMatchFileSnapshot('../../migrations/0014_workspace_shown.sql');
});
