import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { useFinance } from './server.ts';

const api = useFinance();

test('the description is valid, and says what there is', async () => {
  const { json } = await api.send({ path: '/openapi.json' });
  const { valid, errors } = await new Validator().validate(structuredClone(json));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(Object.keys(json.paths)).toEqual(
    expect.arrayContaining([
      ...['/financial/accounts', '/financial/accounts/{id}', '/financial/transactions', '/financial/transactions/{id}'],
      ...['/users', '/me/permissions', '/auth/login', '/auth/refresh', '/auth/logout', '/auth/logout-all'],
    ]),
  );
  const accounts = json.paths['/financial/accounts'];
  expect(JSON.stringify(accounts.post.requestBody)).not.toMatch(/balance|created_by|tenant/);
  expect(JSON.stringify(accounts.get.parameters)).toContain('X-Tenant-Type');
  expect(json.paths['/financial/transactions'].post.responses).toHaveProperty('202');
});
