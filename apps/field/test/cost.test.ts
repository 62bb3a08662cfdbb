import {
  type Engine,
  type Explanation,
  explainUrl,
  startEngine,
  TEST_KEYS,
  useDatabase,
  withOwner,
} from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { field } from '../app.ts';
import { FIRST, SIZES, sizedField, tenantOf } from './sizes.ts';

const ORIGIN = 'http://127.0.0.1:3000';
const database = useDatabase(sizedField);
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ url: database.url(), apps: [field], pepper: 'test', poolSize: 2, keys: TEST_KEYS });
});
afterAll(() => engine.close());

type Role = 'supervisor' | 'worker';

async function explain(index: number, path: string, role: Role = 'supervisor'): Promise<Explanation> {
  const url = new URL(path, ORIGIN);
  const service = engine.services.find(({ resource }) => resource.path === url.pathname);
  if (service === undefined) throw new Error(`nothing at ${path}`);
  const id = String((FIRST[index] ?? 0) + (role === 'worker' ? 1 : 0));
  const scopes = role === 'supervisor' ? ['wellness:run'] : [];
  return explainUrl(service, { userId: id, role, attributes: { id }, tenant: tenantOf(index), scopes }, url);
}

const LISTS: readonly (readonly [path: string, role: Role])[] = [
  ['/api/tracking/', 'worker'],
  ['/api/tracking/?identifier=conveyance,site', 'worker'],
  ['/api/tracking/?deviceid=dev-3', 'worker'],
  ['/api/tracking/?receiveddate__lt=2026-01-01T00:30:00Z', 'worker'],
  ['/api/journal/', 'supervisor'],
  ['/api/journal/', 'worker'],
  ['/api/journal/?entry_type=stress&privacy_scope=manager', 'supervisor'],
  ['/api/journal/?search=entry', 'worker'],
  ['/api/y_helpdesk/?action=loadPeoples', 'worker'],
  ['/api/y_helpdesk/?action=loadPeoples&search=person', 'worker'],
];

describe.each(LISTS)('%s as %s', (path, role) => {
  test(`is the same statement for ${SIZES.join(', ')} rows, within its bound`, async () => {
    const [small, middle, large] = await Promise.all(SIZES.map((_, index) => explain(index, path, role)));
    if (!small || !middle || !large) throw new Error('three sizes');
    expect(new Set([small, middle, large].map(({ statement }) => statement.text)).size).toBe(1);
    for (const { plan, bound } of [small, middle, large]) {
      expect(plan.bound).toMatchObject({ statements: 1, roundTrips: 1 });
      expect(bound).toBe('kept');
    }
    // 25 rows where 5 were.
    expect(large.explained.buffers).toBeLessThan(Math.max(300, middle.explained.buffers * 3));
  });
});

test('the first and the last page of people cost the same', async () => {
  const people = async (page: string) =>
    (await explain(2, `/api/y_helpdesk/?action=loadPeoples&page=${page}`, 'worker')).explained.buffers;
  const first = await people('1');
  for (const page of ['300', '600', '10000000000000000000000'])
    expect((await people(page)) / first, page).toBeLessThanOrEqual(1.2);
});

test('a filter by one person costs the same whoever it is and however many points there are', async () => {
  const [, , large] = await Promise.all(
    SIZES.map((_, index) => explain(index, `/api/tracking/?people_id=${(FIRST[index] ?? 0) + 2}`)),
  );
  expect(large?.bound).toBe('kept');
});

test('no content is read by a list', async () => {
  const { statement } = await explain(2, '/api/journal/');
  expect(statement.text).not.toContain('content');
});

test('without what its filters look in, a list says so and what to run', async () => {
  await withOwner(database.url(), async (owner) => {
    await owner.query(`update altiplano.bitmap set state = 'unbuilt' where name = 'people_bitmap'`);
  });
  const again = await startEngine({ url: database.url(), apps: [field], pepper: 'test', poolSize: 1, keys: TEST_KEYS });
  const people = again.services.find(({ resource }) => resource.name === 'people');
  expect(people?.unavailable()?.code).toBe('BITMAP_UNBUILT');
  await again.close();
});
