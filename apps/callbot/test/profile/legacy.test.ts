import { connectOwner, type OwnerClient } from 'altiplano';
import { adviseRecording, analyzeLayers, diagnose, findVerdicts, patchPg, record } from 'altiplano/profile';
import { ENGINE, migrate, type Template, useDatabase } from 'altiplano/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callbot } from '../../app.ts';
import { answerNaively } from '../../naive.ts';
import { callbotKey } from '../callbot-database.ts';

const ID = (kind: string, number: number) => `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;
const [WORKSPACE, USER] = [ID('aaaa', 1), ID('0000', 1)];

/** The described production as it was: one column an index, and more customers than anybody wants to sort for 25 of them. */
const legacy: Template = {
  name: 'callbot_legacy_profile',
  key: `${callbotKey()} 1`,
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await migrate(
      { app: callbot.name, schema: callbot.schema, folder: callbot.migrations },
      { url, direction: 'up', count: 1 },
    );
    const client = await connectOwner(url);
    await client.query(`
      insert into callbot.workspace (id, name) values ('${WORKSPACE}', 'One'), ('${ID('aaaa', 2)}', 'Two');
      insert into callbot.app_user (id, email, name, role) values ('${USER}', 'a@example.org', 'A', 'admin');
      insert into callbot.app_user_workspaces (user_id, workspace_id) values ('${USER}', '${WORKSPACE}');
      insert into callbot.customer (id, workspace_id, name, phone, status, is_test, checked, is_deleted, created_at, updated_at)
      select gen_random_uuid(), case when n % 2 = 0 then '${WORKSPACE}'::uuid else '${ID('aaaa', 2)}'::uuid end, 'C ' || n, '+49' || n,
        'active', false, false, false, timestamptz '2026-01-01' + n * interval '1 minute', now()
      from generate_series(1, 24000) n;
      analyze`);
    await client.end();
  },
};

/** What a busy machine has and a quiet one has not. */
const CLOCKED: ReadonlySet<string> = new Set(['slow-query', 'pool-wait', 'could-run-together']);

const database = useDatabase(legacy);
let owner: OwnerClient;
beforeAll(async () => {
  patchPg(pg);
  owner = await connectOwner(database.url());
});
afterAll(() => owner?.end());

async function findings() {
  const request = {
    user: { id: USER },
    path: '/api/v1/customers/',
    query: `workspace_id=${WORKSPACE}`,
    origin: 'http://host',
  };
  const { recording } = await record('request', () => answerNaively(owner, 'callbot', request), { level: 'full' });
  const { findings: advice, plans } = await adviseRecording(owner, recording);
  return { profile: diagnose(recording, { findings: [...advice, ...findVerdicts(recording)], plans }), advice };
}

test('before any migration the page lacks the composite index of the description, and nothing else', async () => {
  const { advice, profile } = await findings();
  const ddl =
    'create index concurrently on callbot.customer (workspace_id, created_at desc, id desc) where not is_deleted;';
  expect(advice.map(({ rule, remedy }) => [rule, remedy.sql])).toEqual([['missing-index', ddl]]);
  const said = analyzeLayers(profile).recommendations;
  expect(said[0]).toMatch(
    /^Missing composite index on \(workspace_id, created_at, id\) of customer: .* - create index/,
  );
  const rules = profile.findings.map(({ rule }) => rule).filter((rule) => !CLOCKED.has(rule));
  expect(rules).toEqual(['missing-index', ...Array.from({ length: 12 }, () => 'n-plus-one')]);
  await owner.query(ddl);
  expect((await findings()).advice).toEqual([]);
});
