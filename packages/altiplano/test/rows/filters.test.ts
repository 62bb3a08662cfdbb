import { expect, test } from 'vitest';
import { CHIEF, COLLEAGUE, WORKER } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed, walkAll } from './walk.ts';

const depot = useDepot();
const NEWEST = 't.created_at desc, t.id desc';

test.each([
  ['owner_id=null', 'owner_id is null'],
  [`owner_id=null,${WORKER}`, `(owner_id is null or owner_id = '${WORKER}')`],
  [`owner_id=${WORKER},${COLLEAGUE}`, `owner_id in ('${WORKER}', '${COLLEAGUE}')`],
  ['owner_id__neq=null', 'owner_id is not null'],
  [`owner_id__neq=${WORKER}`, `owner_id is distinct from '${WORKER}'`],
  [`owner_id__neq=null,${WORKER}`, `owner_id <> '${WORKER}'`],
  [`owner_id=null,${WORKER}&owner_id__neq=null`, `owner_id = '${WORKER}'`],
  [`owner_id=null&owner_id__neq=null`, 'false'],
  ['any=owner_id:null|status:done', "(owner_id is null or status = 'done')"],
])('%s', async (search, sql) => {
  expect(await walkAll(depot, CHIEF, 'tickets', search)).toEqual(await listed(depot, 'ticket', [sql], NEWEST));
});

test('without bitmaps the rows themselves are asked', async () => {
  const order = 't.made_on desc, t.id desc';
  expect(await walkAll(depot, CHIEF, 'visits', 'guide_id=null')).toEqual(
    await listed(depot, 'visit', ['guide_id is null'], order),
  );
  expect(await walkAll(depot, CHIEF, 'visits', 'guide_id=2')).toEqual(
    await listed(depot, 'visit', ['guide_id = 2'], order),
  );
});

test('what is neither is refused, and told that null may be', async () => {
  expect((await depot.get(CHIEF, 'visits', '?guide_id=none')).errors).toEqual({
    guide_id: ['Must be a whole number, or null.'],
  });
  expect((await depot.get(CHIEF, 'tickets', '?owner_id=NULL')).errors).toEqual({
    owner_id: ["'NULL': Must be a uuid such as 123e4567-e89b-12d3-a456-426614174000, or null."],
  });
  expect((await depot.get(CHIEF, 'tickets', '?job_id=null')).status).toBe(400);
});

test('where a text may be null, the word is no text', async () => {
  expect(await walkAll(depot, CHIEF, 'tickets', 'status=null')).toEqual([]);
});
