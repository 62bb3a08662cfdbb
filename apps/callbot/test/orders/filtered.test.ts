import { connectOwner, type OwnerClient } from 'altiplano';
import {
  type AppRole,
  emit,
  isFurtherServer,
  openAppRole,
  parseRequest,
  planRequest,
  useDatabase,
} from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useAsker } from '../asker.ts';
import { emptyCallbot } from '../callbot-database.ts';
import { ADMIN, fill, ORDERS, STATEMENTS, sortedIds, WORKSPACE } from './ordered-rows.ts';

const database = useDatabase(emptyCallbot);
const asker = useAsker(database, null);
let owner: OwnerClient;
let app: AppRole;

beforeAll(async () => {
  owner = await connectOwner(database.url());
  app = await openAppRole(database.url());
  await fill(owner, 200);
  for (const turn of [1, 2, 3, 4, 5]) await owner.query(STATEMENTS[0] ?? '', [`start ${turn}`, 40]);
  await owner.query(
    `select callbot.customer_call_rollup_fold(array_agg(p.tenant), array_agg(p.parent))
     from callbot.customer_call_rollup_pending(100000) p where p.parent::text < '8'`,
  );
});
afterAll(async () => {
  await app.end();
  await owner.end();
});

const FILTERS = [
  ['status=blocked', "c.status = 'blocked'"],
  ['status__neq=active&duration__lt=2', "(c.status is null or c.status <> 'active') and c.duration < 2"],
  ['search=ada&count=exact', "c.name ilike '%ada%'"],
] as const;

/** On a further PostgreSQL every third: each text is the same there, and orders.test.ts walks all of them. */
const ASKED = ORDERS.filter((one) => !one.endsWith('created_at')).filter(
  (_, place) => !isFurtherServer || place % 3 === 0,
);

/** As few entries and hits as make each part of the statement the one that answers, in turn. */
const LIMITS = [
  { answering: 'the walk', entries: 5_000, few: 5_000 },
  { answering: 'the hits', entries: 3, few: 5_000 },
  { answering: 'the walk to its end', entries: 3, few: 2 },
] as const;

describe.each(LIMITS)('$answering answers', ({ entries, few }) => {
  test.each(FILTERS)('%s in every order', async (filter, condition) => {
    const { resource, catalog, identity } = asker.service();
    const caller = { userId: ADMIN, role: 'admin', attributes: { employee_id: null } };
    for (const order of ASKED) {
      const query = new URLSearchParams(`workspace_id=${WORKSPACE}&page_size=9&order=${order}&${filter}`);
      const { request, refusal } = parseRequest(resource, null, query);
      if (refusal !== null) throw refusal;
      const statement = emit(planRequest(request, { catalog, identity, caller }));
      const text = statement.text
        .replaceAll(/limit [15]000\b/g, `limit ${entries}`)
        .replace(/<= 5000 as yes\n\)(?=,\nsorted)/, `<= ${few} as yes\n)`);
      if (entries === 3) expect(text).toContain('limit 3');
      if (few === 2) expect(text).toContain('<= 2 as yes');
      const { rows } = await app.as({ tenant: WORKSPACE, caller: ADMIN }, (client) =>
        client.query<{ items: string | null }>(text, [...statement.values]),
      );
      const ids = (JSON.parse(`[${rows[0]?.items ?? ''}]`) as { id: string }[]).map(({ id }) => id);
      expect(ids, `order=${order}`).toEqual((await sortedIds(owner, order, condition)).slice(0, 9));
    }
  });
});
