import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { useApi } from './api.ts';

const api = useApi();

test('the API description is valid and knows every endpoint', async () => {
  const { json, status } = await api.send({ path: '/openapi.json' });
  expect(status).toBe(200);
  expect(await new Validator().validate(structuredClone(json))).toEqual({ valid: true });
  const operations = Object.entries<Record<string, unknown>>(json.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations).toEqual(
    expect.arrayContaining([
      ...['GET /projects/', 'POST /projects/', 'PATCH /tasks/{id}/', 'DELETE /members/{id}/', 'GET /audit-logs/'],
      ...['GET /api-keys/', 'POST /api-keys/', 'POST /api-keys/{id}/rotate/', 'DELETE /api-keys/{id}/'],
    ]),
  );
  expect(operations).not.toContain('POST /audit-logs/');
});
