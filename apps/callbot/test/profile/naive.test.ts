import { connectOwner, type OwnerClient } from 'altiplano';
import { diagnose, findVerdicts, layer, type Profile, patchPg, record, setLevel } from 'altiplano/profile';
import { useDatabase } from 'altiplano/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerNaively, type NaiveOptions } from '../../naive.ts';
import { sampledCallbot } from '../callbot-database.ts';

const database = useDatabase(sampledCallbot);
let owner: OwnerClient;
let workspace = '';
let user = '';

beforeAll(async () => {
  patchPg(pg);
  // Which rows an OFFSET passes over is said by a parameter.
  setLevel('off', { parameters: true });
  owner = await connectOwner(database.url());
  const { rows } = await owner.query(
    `select m.workspace_id, m.user_id from callbot.app_user_workspaces m
     join callbot.app_user u on u.id = m.user_id and u.role = 'admin'
     order by (select count(*) from callbot.customer c where c.workspace_id = m.workspace_id) desc limit 1`,
  );
  workspace = rows[0].workspace_id;
  user = rows[0].user_id;
});
afterAll(() => owner?.end());

async function profileOf(path: string, query: string, options: NaiveOptions = {}): Promise<Profile> {
  const request = { user: { id: user }, path, query, origin: 'http://host' };
  const { value, recording } = await record(
    'request',
    () => layer('queryset', () => answerNaively(owner, 'callbot', request, options)),
    {
      level: 'full',
    },
  );
  expect(value.status).toBe(200);
  return diagnose(recording, { findings: findVerdicts(recording) });
}

/** What a busy machine has and a quiet one has not. */
const CLOCKED: ReadonlySet<string> = new Set(['slow-query', 'pool-wait', 'could-run-together']);

/** Each finding as rule, certainty, the tables it is about, and how often. */
function found({ findings }: Profile): readonly string[] {
  return findings
    .filter(({ rule }) => !CLOCKED.has(rule))
    .map(({ rule, certainty, title, evidence }) => {
      const times = evidence[0]?.figures.times ?? evidence[0]?.queries.length ?? 0;
      const tables = / of (.+?)(?:, one for each row of (.+?))? at /.exec(title);
      return [rule, certainty, times, tables?.[1] ?? '', tables?.[2] ?? ''].filter((part) => part !== '').join(' · ');
    })
    .sort();
}

const CUSTOMERS = '/api/v1/customers/';

test('a page: a statement for each computed field of each row, each of them found, and nothing else', async () => {
  const profile = await profileOf(CUSTOMERS, `workspace_id=${workspace}`, { offset: 0 });
  const { rows } = await owner.query(
    `select count(employee_id) as employed from (select employee_id from callbot.customer
     where workspace_id = $1 and not is_deleted order by created_at desc, id desc limit 25) page`,
    [workspace],
  );
  const calls = 'n-plus-one · proved · 25 · call · customer';
  expect(found(profile)).toEqual(
    [
      'n-plus-one · proved · 25 · customer_campaign_labels, label · customer',
      `n-plus-one · proved · ${rows[0].employed} · employee · customer`,
      'n-plus-one · proved · 25 · call_campaign_customer · customer',
      'n-plus-one · proved · 25 · call_campaign_customer, call_campaign · customer',
      // latest_call; total_calls, seconds, last 30 days, of campaigns; cost in all and of this month.
      ...Array.from({ length: 7 }, () => calls),
      // Two statuses are two values of one shape, three kinds of call three.
      'n-plus-one · proved · 50 · call · customer',
      'n-plus-one · proved · 75 · call · customer',
    ].sort(),
  );
  expect(profile.bottleneck.layer).toBe('queryset');
  // Every statement but the five before the loop is one of a loop's, and the page is its parent: membership, role, instant, count stay clean.
  const clean = profile.queries.filter(({ verdicts }) => !verdicts.includes('n-plus-one'));
  expect(clean).toHaveLength(profile.statements - 25 * 15 - Number(rows[0].employed) - 1);
});

test('a page far behind: the rows that are passed over as well', async () => {
  const near = found(await profileOf(CUSTOMERS, `workspace_id=${workspace}`, { offset: 0 }));
  const far = found(await profileOf(CUSTOMERS, `workspace_id=${workspace}&limit=25&offset=1200`));
  const employees = (text: string) => !text.includes(' employee ');
  expect(far.filter(employees)).toEqual(['deep-offset · proved · 1', ...near.filter(employees)].sort());
});

test('workspaces: a count, a maximum and the same question about the caller for each', async () => {
  await owner.query(
    `with made as (insert into callbot.workspace (id, name) select gen_random_uuid(), 'More ' || n from generate_series(1, 8) n returning id)
     insert into callbot.app_user_workspaces (user_id, workspace_id) select $1, id from made`,
    [user],
  );
  const { rows } = await owner.query('select count(*) as n from callbot.app_user_workspaces where user_id = $1', [
    user,
  ]);
  const figures = `n-plus-one · proved · ${rows[0].n} · customer · workspace, app_user_workspaces`;
  expect(found(await profileOf('/api/v1/workspaces/', ''))).toEqual([
    `duplicate · likely · ${rows[0].n} · app_user`,
    figures,
    figures,
  ]);
});

test('one customer: many statements, and no loop among them', async () => {
  const { rows } = await owner.query(
    'select id from callbot.customer where workspace_id = $1 and not is_deleted limit 1',
    [workspace],
  );
  const profile = await profileOf(`${CUSTOMERS}${rows[0].id}/`, `workspace_id=${workspace}`);
  expect([profile.statements > 15, found(profile)]).toEqual([true, []]);
});
