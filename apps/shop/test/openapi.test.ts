import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { useShop } from './server.ts';

const api = useShop();

test('the description is valid, and says what there is', async () => {
  const { json } = await api.send({ path: '/openapi.json' });
  const { valid, errors } = await new Validator().validate(structuredClone(json));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(Object.keys(json.paths)).toEqual(
    expect.arrayContaining([
      ...['/api/products/', '/api/products/{id}/', '/api/products/{id}/reviews/'],
      ...['/api/orders/', '/api/orders/{id}/', '/api/admin/dashboard/'],
    ]),
  );
  const parameters = json.paths['/api/products/'].get.parameters.map(({ name }: { readonly name: string }) => name);
  expect(parameters).toEqual(
    expect.arrayContaining([
      'category',
      'tag',
      'price__gte',
      'price__lte',
      'min_rating',
      'in_stock',
      'search',
      'order',
    ]),
  );
});
