import { connectOwner, type OwnerClient } from 'altiplano';
import { runsOf, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useAsker } from './asker.ts';
import { INSTANT, sampledCallbot } from './callbot-database.ts';
import { list, REFUSED, UUID, uuid, WRONG_UUIDS } from './refused-values.ts';
import { type Population, readPopulation } from './requests.ts';

const RUNS = runsOf(300);

const database = useDatabase(sampledCallbot);
const asker = useAsker(database, INSTANT);
let owner: OwnerClient;
let population: Population;
let user = '';
let workspace = '';
let foreign = '';

beforeAll(async () => {
  owner = await connectOwner(database.url());
  population = await readPopulation(owner);
  const member = population.members.find(({ role }) => role === 'admin');
  user = member?.user ?? '';
  workspace = member?.workspace ?? '';
  foreign = population.members.find((other) => other.workspace !== workspace)?.workspace ?? '';
});
afterAll(() => owner.end());

type Parameter = readonly [string, string];

function ask(parameters: readonly Parameter[], of = workspace) {
  const query = new URLSearchParams([['workspace_id', of]]);
  for (const [name, value] of parameters) query.append(name, value);
  return asker.ask(user, query.toString());
}

describe('a wrong value is a 400 that names its parameter', () => {
  test.each(Object.entries(REFUSED))('%s', async (parameter, values) => {
    for (const value of values) {
      const told = `${parameter}=${JSON.stringify(value).slice(0, 60)}`;
      expect(await ask([[parameter, value]]), told).toMatchObject({ status: 400, errors: [parameter] });
    }
  });

  test('every wrong parameter is named at once', async () => {
    const { errors } = await ask([
      ['page_size', '0'],
      ['duration', 'x'],
      ['statsu', 'active'],
      ['is_test', '1'],
      ['status', 'active'],
    ]);
    expect([...errors].sort()).toEqual(['duration', 'is_test', 'page_size', 'statsu']);
  });
});

describe('a value at the edge is none', () => {
  test.each<Parameter>([
    ['page_size', '1'],
    ['page_size', '101'],
    ['page_size', '9'.repeat(30)],
    ['status', ''],
    ['status', ','],
    ['status', 'nonsense'],
    ['status', 'ACTIVE'],
    ['status__in', list(100, (index) => `s${index}`)],
    ['labels__id', list(100, uuid)],
    ['labels__id', ''],
    ['search', ''],
    ['search', '   '],
    ['search', '😀😀😀'],
    ['search', "%_\\'"],
    ['search', 'x'.repeat(1_000)],
    ['duration', '-0'],
    ['duration', '1e308'],
    ['duration__gt', '+.5e-3'],
    ['created_at__gte', '0001-01-01'],
    ['created_at__lt', '9999-12-31T23:59:59.999999+00:00'],
    ['created_at__lt', '2024-02-29 23:59'],
    ['employee_id', UUID.toUpperCase()],
    ['other_attributes', 'city='],
    ['other_attributes', 'a=b=c'],
    ['other_attributes', '__proto__=x'],
    ['_profile', 'false'],
    ['limit', '101'],
    ['offset', '0'],
    ['offset', '9'.repeat(30)],
    ['any', ''],
    ['any', 'status:nonsense|carrier:,'],
    ['any', `labels__id:${list(100, uuid)}`],
    ['any', 'other_attributes:a:b=c\\|d'],
    ['facets', ''],
    ['facets', ',status,,status,'],
  ])('%s=%s', async (parameter, value) => {
    expect(await ask([[parameter, value]])).toMatchObject({ status: 200, errors: [] });
  });

  test('a page of more than 100 is one of 100', async () => {
    const page = JSON.parse((await ask([['page_size', '250']])).body) as { results: unknown[] };
    expect(page.results).toHaveLength(100);
  });

  test('a hundred attributes are taken, one more is refused', async () => {
    const attribute: Parameter = ['other_attributes', 'a=b'];
    expect((await ask(Array.from({ length: 100 }, () => attribute))).status).toBe(200);
    const refused = await ask(Array.from({ length: 101 }, () => attribute));
    expect(refused).toMatchObject({ status: 400, errors: ['other_attributes'] });
  });

  test('of a repeated parameter the last value counts, right or wrong', async () => {
    expect(
      (
        await ask([
          ['page_size', '0'],
          ['page_size', '2'],
        ])
      ).status,
    ).toBe(200);
    expect(
      (
        await ask([
          ['page_size', '2'],
          ['page_size', '0'],
        ])
      ).status,
    ).toBe(400);
    const attributes: Parameter[] = [
      ['other_attributes', 'broken'],
      ['other_attributes', 'a=b'],
    ];
    expect((await ask(attributes)).status).toBe(400);
  });
});

describe('an unknown parameter is a 400 that names it', () => {
  test.each([
    'page',
    'limit2',
    'Status',
    'status__gt',
    'carrier__neq',
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    '\0',
  ])("'%s'", async (name) => expect(await ask([[name, 'x']])).toMatchObject({ status: 400, errors: [name] }));

  test('on a detail too, filters included', async () => {
    for (const name of ['status', 'page_size', 'cursor', 'constructor']) {
      const refused = await asker.ask(user, `workspace_id=${workspace}&${name}=1`, UUID);
      expect(refused).toMatchObject({ status: 400, errors: [name] });
    }
  });
});

describe('the order of refusal', () => {
  test('the workspace first, even for a stranger', async () => {
    for (const wrong of [...WRONG_UUIDS, undefined]) {
      const query = wrong === undefined ? 'page_size=0' : `workspace_id=${encodeURIComponent(wrong)}&page_size=0`;
      const stranger = population.strangers.at(-1) ?? '';
      expect(await asker.ask(stranger, query), query).toMatchObject({ status: 400, errors: ['workspace_id'] });
    }
  });

  test('then membership, then the rest', async () => {
    for (const bad of [
      ['page_size', '0'],
      ['nonsense', ''],
      ['cursor', 'x'],
      ['status', '\0'],
    ] as const) {
      expect((await ask([bad], foreign)).status, bad[0]).toBe(403);
      expect((await ask([bad])).status, bad[0]).toBe(400);
    }
    expect((await asker.ask(user, `workspace_id=${foreign}&status=x`, UUID)).status).toBe(403);
    expect((await asker.ask(user, `workspace_id=${workspace}&status=x`, UUID)).status).toBe(400);
  });

  test('the last of two workspaces counts', async () => {
    expect((await asker.ask(user, `workspace_id=x&workspace_id=${workspace}`)).status).toBe(200);
    expect((await asker.ask(user, `workspace_id=${workspace}&workspace_id=${foreign}`)).status).toBe(403);
  });
});

describe('no text makes it fail', () => {
  const known = [
    ...['status', 'quality__neq', 'carrier', 'carrier__in', 'call_status', 'other_attributes', 'search'],
    ...['duration__gt', 'any', 'facets', 'limit', 'offset'],
    ...['labels__id', 'employee_id', 'created_at__gte', 'cursor', 'page_size', 'count', 'is_test', '_profile'],
  ];
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string({ minLength: 3 }));
  const alternatives = fc
    .tuple(fc.constantFrom('status', 'carrier', 'other_attributes:a'), fc.constantFrom(':', '='), text)
    .map((parts) => parts.join(''));
  const parameter = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.oneof(fc.constantFrom(...known), text), text) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('any'), alternatives) },
  );

  test('whatever is sent is answered, refused or forbidden', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(parameter, { maxLength: 5 }), fc.boolean(), async (parameters, isMember) => {
        const { status } = await ask(parameters, isMember ? workspace : foreign);
        expect([200, 400, 403]).toContain(status);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  test('nor any id', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (id) => {
        expect((await asker.ask(user, `workspace_id=${workspace}`, id)).status).toBe(404);
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });
});
