import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { CUSTOMER, LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const FIRST = CUSTOMER.replace(/.$/, '1');
const NEW = { workspace_id: WORKSPACE, name: 'New', phone: '1' };
const CALL = {
  ...{ workspace_id: WORKSPACE, customer_id: FIRST, direction: 'inbound', status: 'missed' },
  ...{ duration: 0.5, call_type: 'direct' },
};

/** Headers that only some replies have. */
const SOMETIMES = ['Altiplano-Count', 'Deprecation', 'Idempotency-Replayed'];

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly query?: string;
  readonly body?: object;
  readonly id?: string;
}

interface Described {
  readonly content: { readonly 'application/json': { readonly schema: object; readonly example: unknown } };
}

const load = async () => JSON.parse(await (await callbot.get('/openapi.json', { headers: {} })).text());

describe('/openapi.json', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(await load())).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('describes every endpoint, behind a bearer token', async () => {
    const { paths, security, components } = await load();
    const calls = '/api/v1/calls/';
    const methods = Object.entries<object>(paths).map(([path, one]) => [path, Object.keys(one).join(', ')]);
    expect(Object.fromEntries(methods)).toEqual({
      [LIST]: 'get, post',
      [`${LIST}bulk/`]: 'post, patch, delete',
      [`${LIST}{id}/`]: 'get, patch, delete',
      [`${LIST}{id}/labels/{label_id}/`]: 'post, delete',
      [calls]: 'post',
      [`${calls}bulk/`]: 'post',
      '/api/v1/workspaces/': 'get',
      '/api/v1/workspaces/{id}/': 'get',
    });
    expect(security).toEqual([{ bearer: [] }]);
    expect(components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  test('says of bodies what is checked, and shows one that passes', async () => {
    const { paths } = await load();
    for (const methods of Object.values<Record<string, { requestBody?: Described }>>(paths)) {
      for (const { requestBody } of Object.values(methods)) {
        if (requestBody === undefined) continue;
        const { schema, example } = requestBody.content['application/json'];
        const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
        validate(example);
        expect(validate.errors).toBeNull();
        expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      }
    }
    const { properties, required } = paths[LIST].post.requestBody.content['application/json'].schema;
    expect(required).toEqual(['workspace_id', 'name', 'phone']);
    expect(properties.name).toMatchObject({ type: 'string', maxLength: 255 });
    expect(properties.email).toMatchObject({ type: ['string', 'null'], maxLength: 254 });
    expect(properties.status.enum).toEqual(['active', 'inactive', 'blocked', 'pending', null]);
    expect(properties.label_ids).toMatchObject({ type: 'array', maxItems: 100 });
    const bulk = paths[`${LIST}bulk/`].delete.requestBody.content['application/json'].schema;
    expect(bulk.properties.ids).toMatchObject({ minItems: 1, maxItems: 100 });
    expect(bulk.required).toEqual(['ids']);
  });

  test('knows every parameter the list does', async () => {
    const { paths } = await load();
    const parameters: { name: string; description: string; schema: unknown }[] = paths[LIST].get.parameters;
    const reply = await callbot.get(`${LIST}?workspace_id=${WORKSPACE}&zzzzzzzzzzzz=1`);
    const { errors } = JSON.parse(await reply.text());
    const known = /Known: (.*)\.$/.exec(errors.zzzzzzzzzzzz[0])?.[1]?.split(', ');
    expect(parameters.map(({ name }) => name).sort()).toEqual(known?.sort());
    for (const { description, schema } of parameters) {
      expect(description).toMatch(/\.$/);
      expect(schema).toHaveProperty('type');
    }
  });

  // A page that tries an endpoint fills in every default there is.
  test('has no defaults that contradict each other', async () => {
    const { paths } = await load();
    for (const path of [LIST, '/api/v1/workspaces/']) {
      const parameters: { name: string; schema: { default?: unknown } }[] = paths[path].get.parameters;
      const given = parameters.filter(({ schema }) => schema.default !== undefined);
      const query = new URLSearchParams(
        Object.fromEntries(given.map(({ name, schema }) => [name, String(schema.default)])),
      );
      if (path === LIST) query.set('workspace_id', WORKSPACE);
      expect((await callbot.get(`${path}?${query}`)).status).toBe(200);
    }
  });

  const bulk = { path: `${LIST}bulk/`, method: 'post' };
  test.each<[string, Asked, number]>([
    ['a page', { path: LIST }, 200],
    ['a page with facets', { path: LIST, query: '&facets=status,is_test,labels&any=status:active|is_test:true' }, 200],
    ['a page of the old way', { path: LIST, query: '&limit=1&offset=1' }, 200],
    ['an object', { path: `${LIST}{id}/` }, 200],
    ['a refusal', { path: LIST, query: '&page_size=0' }, 400],
    ['what was created', { path: LIST, method: 'post', body: NEW }, 201],
    ['a body that is refused', { path: LIST, method: 'post', body: { ...NEW, status: 'x' } }, 400],
    ['what was changed', { path: `${LIST}{id}/`, method: 'patch', body: { name: 'Changed' } }, 200],
    ['what is not there', { path: `${LIST}{id}/`, method: 'patch', body: {}, id: WORKSPACE }, 404],
    ['what was created many at a time', { ...bulk, body: { items: [NEW, NEW] } }, 201],
    ['an item that is refused', { ...bulk, body: { items: [NEW, {}] } }, 400],
    ['a call', { path: '/api/v1/calls/', method: 'post', body: CALL }, 201],
  ])('describes %s as it is', async (_name, { path, query = '', method = 'get', body, id = FIRST }, status) => {
    const document = await load();
    const authorization = `Bearer ${callbot.token()}`;
    const reply = await callbot.get(`${path.replace('{id}', id)}?workspace_id=${WORKSPACE}${query}`, {
      method: method.toUpperCase(),
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(reply.status).toBe(status);
    const [media = ''] = (reply.headers.get('content-type') ?? '').split(';');
    const described = document.paths[path][method].responses[status];
    const validator = new Ajv2020({ strict: false, validateFormats: false });
    validator.addSchema({ $id: 'api', ...document });
    const at = ['paths', path, method, 'responses', String(status), 'content', media, 'schema'];
    const pointer = at.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = validator.getSchema(`api#/${pointer}`);
    expect(validate).toBeDefined();
    validate?.(JSON.parse(await reply.text()));
    expect(validate?.errors).toBeNull();
    for (const header of Object.keys(described.headers ?? {})) {
      if (!SOMETIMES.includes(header)) expect(reply.headers.get(header), header).not.toBeNull();
    }
  });

  test('is what docs/reference/callbot.openapi.json says; `npm run docs` writes it', async () => {
    const text = readFileSync(new URL('../../../../docs/reference/callbot.openapi.json', import.meta.url), 'utf8');
    const { info: _served, ...served } = await load();
    const { info: _written, ...written } = JSON.parse(text);
    expect(served).toEqual(written);
  });
});
