import { readdirSync } from 'node:fs';
import { connectOwner, type OwnerClient } from 'altiplano';
import {
  type AppRole,
  type Caller,
  emit,
  explainUrl,
  openAppRole,
  type Plan,
  parseRequest,
  planRequest,
  type Statement,
  useDatabase,
} from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerNaively, listVisible } from '../naive.ts';
import { LIST, ORIGIN, useAsker } from './asker.ts';
import { INSTANT, sampledCallbot } from './callbot-database.ts';
import { filtersOf, type Population, queryOf, readPopulation } from './requests.ts';

const database = useDatabase(sampledCallbot);
const asker = useAsker(database, INSTANT);
let owner: OwnerClient;
let app: AppRole;
let population: Population;
const place = { user: '', workspace: '', label: '', labels: '', employee: '', customer: '' };

beforeAll(async () => {
  owner = await connectOwner(database.url());
  app = await openAppRole(database.url());
  population = await readPopulation(owner);
  const { rows } = await owner.query(
    `select u.id as user, w.id as workspace, e.id as employee, c.id as customer,
       (select label_id from callbot.customer_campaign_labels l where l.workspace_id = w.id order by 1 limit 1) as label,
       (select string_agg(id::text, ',') from callbot.label l where l.workspace_id = w.id) as labels
     from callbot.app_user u, callbot.workspace w, callbot.employee e, callbot.customer c
     where u.email = 'admin.same-instant@adversarial.example' and w.name = 'same-instant'
       and e.workspace_id = w.id and c.workspace_id = w.id order by c.id limit 1`,
  );
  Object.assign(place, rows[0]);
});
afterAll(async () => {
  await app.end();
  await owner.end();
});

/** What the engine would send, without sending it. */
function statementFor(query: string, caller: Caller, id: string | null = null): { plan: Plan; statement: Statement } {
  const service = asker.service();
  const { request, refusal } = parseRequest(service.resource, id, new URLSearchParams(query));
  if (refusal !== null) throw refusal;
  const plan = planRequest(request, { ...service, caller });
  return { plan, statement: emit(plan, INSTANT) };
}

const admin = (): Caller => ({ userId: place.user, role: 'admin', attributes: { employee_id: null } });

/** How the rows of a page are found. */
function accessOf(plan: Plan): string {
  return plan.kind === 'list' ? plan.access.kind : plan.kind;
}

/** One request of every kind. The text is what a person is to read; the database runs exactly that. */
const REPRESENTATIVE: readonly (readonly [file: string, access: string, query: () => string])[] = [
  ['page', 'walk', () => ''],
  ['window', 'walk', () => 'created_at__gte=2025-01-01&created_at__lt=2026-12-31'],
  ['terms', 'bitmap', () => `status=active,blocked&quality__neq=dead&labels__id=${place.label}`],
  ['nothing', 'nothing', () => 'status=active&status__in=blocked'],
  ['range', 'bitmap', () => 'duration__gt=900&duration__lte=1000'],
  ['stretch', 'bitmap', () => 'status=active&created_at__gte=2025-01-01&created_at__lt=2026-12-31&count=exact'],
  ['search', 'bitmap', () => 'search=needle'],
  ['search-counted', 'bitmap', () => 'search=needle&count=exact'],
  ['facets', 'bitmap', () => 'status=active&facets=status,labels'],
  ['any', 'bitmap', () => 'any=status:blocked|quality:dead&any=is_test:true&count=exact'],
  ['offset', 'bitmap', () => 'status=active&limit=7&offset=3'],
  ['count', 'walk', () => 'count=exact'],
  ['order-column', 'ordered', () => 'order=name'],
  ['order-figure', 'ordered', () => 'order=-total_cost'],
  ['order-filtered', 'ordered', () => 'order=-total_calls&status=active'],
];

describe('the statement of', () => {
  test.each(REPRESENTATIVE)('%s', async (file, access, query) => {
    const paging = query().includes('limit=') ? '' : 'page_size=7&';
    const asked = `workspace_id=${place.workspace}&${paging}${query()}`;
    const { plan, statement } = statementFor(asked, admin());
    expect(accessOf(plan)).toBe(access);
    await expect(`${statement.text}\n`).toMatchFileSnapshot(`./statements/${file}.sql`);
    const { rows } = await app.as({ tenant: place.workspace, caller: place.user }, (client) =>
      client.query<{ items: string | null; count: string | null }>(statement.text, [...statement.values]),
    );
    const items = JSON.parse(`[${rows[0]?.items ?? ''}]`) as { id: string }[];
    const naive = { user: { id: place.user }, path: LIST, query: asked, origin: ORIGIN, instant: INSTANT };
    const { ids } = await listVisible(owner, 'callbot', {
      ...naive,
      query: asked.replace(/&count=\w+/, '').replace(/&limit=\d+&offset=\d+/, ''),
    });
    const offset = Number(new URLSearchParams(asked).get('offset') ?? 0);
    expect(items.map(({ id }) => id)).toEqual(ids.slice(offset, offset + 7));
    if (asked.includes('count=exact')) expect(rows[0]?.count).toBe(String(ids.length));
  });

  test('a detail', async () => {
    const query = `workspace_id=${place.workspace}`;
    const { plan, statement } = statementFor(query, admin(), place.customer);
    expect(plan.kind).toBe('detail');
    await expect(`${statement.text}\n`).toMatchFileSnapshot('./statements/detail.sql');
    const { rows } = await app.as({ tenant: place.workspace, caller: place.user }, (client) =>
      client.query<{ items: string }>(statement.text, [...statement.values]),
    );
    const path = `${LIST}${place.customer}/`;
    const request = { user: { id: place.user }, path, query, origin: ORIGIN, instant: INSTANT };
    expect(rows[0]?.items).toBe((await answerNaively(owner, 'callbot', request)).body);
  });
});

test('no file is of a statement there is no more', () => {
  const files = [...REPRESENTATIVE.map(([file]) => file), 'detail'].map((file) => `${file}.sql`);
  expect(readdirSync(new URL('./statements/', import.meta.url)).sort()).toEqual(files.sort());
});

describe('texts of statements', () => {
  const request = () => fc.tuple(fc.constantFrom(...population.members), filtersOf(population));
  const callerOf = (user: string, role: string): Caller => ({ userId: user, role, attributes: { employee_id: null } });

  test('are few: one text serves every value', () => {
    const texts = new Set<string>();
    const names = new Set<string>();
    for (const [{ user, workspace, role }, filters] of fc.sample(request(), { numRuns: 2_000, seed: 1 })) {
      const { statement } = statementFor(`${queryOf(workspace, filters)}&page_size=25`, callerOf(user, role));
      texts.add(statement.text);
      names.add(statement.name);
    }
    expect(names.size).toBe(texts.size);
    expect(texts.size, 'distinct texts of 2,000 random requests').toBeLessThan(MOST_TEXTS);
  });

  test('hold no value of a request, of its tenant or of its caller', () => {
    const constants = new Set(['true', 'false']);
    fc.assert(
      fc.property(request(), ([{ user, workspace, role }, filters]) => {
        const { statement } = statementFor(queryOf(workspace, filters), callerOf(user, role));
        // What the text says of itself, columns and all: a value that is one of those words proves nothing.
        const words = statementFor(`workspace_id=${workspace}`, admin()).statement.text;
        const sent = filters.flatMap(([name, value]) =>
          name === 'other_attributes' ? value.split('=') : value.split(','),
        );
        for (const value of [workspace, user, ...sent]) {
          if (value.length < 4 || constants.has(value) || words.includes(value)) continue;
          expect(statement.text, value).not.toContain(value);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** 406 when last measured; grows with the shapes of requests, not with their values. */
const MOST_TEXTS = 600;

describe('what a plan promises', () => {
  test('is kept in every adversarial workspace, or exceeded for a reason it named', async () => {
    const { rows } = await owner.query<{ name: string; user: string; workspace: string }>(
      `select w.name, u.id as user, w.id as workspace from callbot.app_user u
       join callbot.app_user_workspaces m on m.user_id = u.id join callbot.workspace w on w.id = m.workspace_id
       where u.email like 'admin.%@adversarial.example' order by w.name`,
    );
    const requests = fc.sample(fc.tuple(fc.constantFrom(...rows), filtersOf(population)), { numRuns: 60, seed: 2 });
    for (const [{ name, user, workspace }, filters] of requests) {
      const query = `${queryOf(workspace, filters)}&page_size=25`;
      const caller: Caller = { userId: user, role: 'admin', attributes: { employee_id: null } };
      const { bound, plan, explained } = await explainUrl(asker.service(), caller, new URL(`${LIST}?${query}`, ORIGIN));
      const told = `${name}, ${query}: ${explained.buffers} of ${plan.bound.buffers}`;
      expect(bound, told).not.toBe('broken');
      // Figures are few in these workspaces, so access is the rest; one customer has 3,000 labels, which `open` names.
      if (accessOf(plan).startsWith('walk') && name !== 'labels') expect(bound, told).toBe('kept');
      // Open by what a tenant of millions would cost, which none of these is; and by texts that share trigrams.
      const isExact = plan.kind === 'list' && plan.selection?.search == null;
      if (accessOf(plan) === 'bitmap' && isExact)
        expect(explained.finding, told).toBeLessThanOrEqual(plan.bound.finding);
    }
  });
});
