import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { CUSTOMER, LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const load = async () => JSON.parse(await (await callbot.get('/openapi.json', { headers: {} })).text());

describe('/openapi.json', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(await load())).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('describes list and detail, behind a bearer token', async () => {
    const document = await load();
    expect(Object.keys(document.paths)).toEqual([LIST, `${LIST}{id}/`]);
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
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

  test.each([
    ['a page', LIST, '', 200],
    ['an object', `${LIST}{id}/`, '', 200],
    ['a refusal', LIST, '&page_size=0', 400],
  ])('describes %s as it is', async (_name, path, query, status) => {
    const document = await load();
    const address = path.replace('{id}', CUSTOMER.replace(/.$/, '1'));
    const reply = await callbot.get(`${address}?workspace_id=${WORKSPACE}${query}`);
    expect(reply.status).toBe(status);
    const [media = ''] = (reply.headers.get('content-type') ?? '').split(';');
    const validator = new Ajv2020({ strict: false, validateFormats: false });
    validator.addSchema({ $id: 'api', ...document });
    const at = ['paths', path, 'get', 'responses', String(status), 'content', media, 'schema'];
    const pointer = at.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = validator.getSchema(`api#/${pointer}`);
    validate?.(JSON.parse(await reply.text()));
    expect(validate?.errors).toBeNull();
  });

  test('is what docs/reference/callbot.openapi.json says; `npm run docs` writes it', async () => {
    const text = readFileSync(new URL('../../../../docs/reference/callbot.openapi.json', import.meta.url), 'utf8');
    const { info: _served, ...served } = await load();
    const { info: _written, ...written } = JSON.parse(text);
    expect(served).toEqual(written);
  });
});
