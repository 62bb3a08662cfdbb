import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { describeApi } from '../../src/openapi/describe-api.ts';
import { CHIEF, FIRM } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed } from './walk.ts';

const depot = useDepot();
// biome-ignore lint/suspicious/noExplicitAny: a document is what it is
const load = (): any =>
  JSON.parse(JSON.stringify(describeApi(['jobs', 'tickets', 'visits'].map(depot.service), '1.0.0')));

/** Whether a reply is what the document says of it. */
function expectDescribed(document: object, schema: string, body: unknown): void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'api');
  const validate = ajv.compile({ $ref: `api#/components/schemas/${schema}` });
  validate(body);
  expect(validate.errors).toBeNull();
}

test('the document is valid OpenAPI', async () => {
  expect(await new Validator().validate(load())).toEqual({ valid: true });
});

test('lists, details and answers of writes are as described', async () => {
  const document = load();
  const [job = ''] = await listed(depot, 'job', [], 't.created_at desc, t.id desc');
  const [ticket = ''] = await listed(depot, 'ticket', [], 't.created_at, t.id');
  const [visit = ''] = await listed(depot, 'visit', [], 't.id');
  for (const [name, id] of [
    ['jobs', job],
    ['tickets', ticket],
    ['visits', visit],
  ] as const) {
    expectDescribed(document, `depot.${name}.page`, (await depot.get(CHIEF, name)).body);
    expectDescribed(document, `depot.${name}`, (await depot.get(CHIEF, name, `${id}/`)).body);
  }
  const written = await depot.send(CHIEF, 'tickets', `PATCH ${ticket}/`, { body: { title: 'Other' } });
  expectDescribed(document, 'depot.tickets', written.body);
});

test('what only details show is in no row of a page', () => {
  const { schemas } = load().components;
  expect(Object.keys(schemas['depot.tickets'].properties)).toEqual([
    ...Object.keys(schemas['depot.tickets.row'].properties),
    'notes',
  ]);
  expect(schemas['depot.tickets.page'].properties.results.items).toEqual({
    $ref: '#/components/schemas/depot.tickets.row',
  });
  expect(schemas['depot.visits.row']).toBeUndefined();
  expect(schemas['depot.tickets'].properties.latest).toMatchObject({ type: 'array', maxItems: 2 });
});

test('keys, days and null are described as they are read', async () => {
  const { paths } = load();
  const schemaOf = (path: string, method: string, name: string) =>
    paths[path][method].parameters.find((one: { name: string }) => one.name === name).schema;
  expect(schemaOf('/visits/{id}/', 'get', 'id')).toEqual({ type: 'integer', format: 'int64' });
  expect(schemaOf('/visits/{id}/guides/{guide_id}/', 'post', 'guide_id')).toEqual({ type: 'integer', format: 'int64' });
  expect(schemaOf('/tickets/{id}/', 'delete', 'id')).toEqual({ type: 'string', format: 'uuid' });
  expect(schemaOf('/visits/', 'get', 'made_on__gte')).toEqual({ type: 'string', format: 'date' });
  expect(schemaOf('/tickets/', 'get', 'owner_id').items.anyOf).toContainEqual({ const: 'null' });
  expect(schemaOf('/tickets/', 'get', 'order').enum).toContain('-priority');
  const { schema, example } = paths['/visits/'].post.requestBody.content['application/json'];
  expect(schema.properties.made_on).toMatchObject({ type: 'string', format: 'date' });
  const body = { ...example, firm_id: FIRM, ticket_id: (await listed(depot, 'ticket', [], 't.id'))[0] };
  const { status } = await depot.send(CHIEF, 'visits', 'POST ', { body: { ...body, guide_id: 1, guide_ids: [1] } });
  expect(status).toBe(201);
});
