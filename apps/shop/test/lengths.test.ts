import { expect, test } from 'vitest';
import { CATEGORIES, PRODUCTS } from './fixture.ts';
import { useShop } from './server.ts';

const api = useShop();
const NEW = { name: 'Teapot', slug: 'teapot', category_id: CATEGORIES.home, price: 12.5 };

test.each([
  [{ name: '' }, 'Must have at least 1 character.'],
  [{ description: 'é'.repeat(20_001) }, 'Must have at most 20000 characters; it has 20001.'],
])('a product is refused by name for $0', async (wrong, message) => {
  const [member = ''] = Object.keys(wrong);
  const staff = (method: string, path: string, body: object) => api.send({ as: 'stella', method, path, body });
  for (const refused of [
    await staff('POST', '/api/products/', { ...NEW, ...wrong }),
    await staff('PATCH', `/api/products/${PRODUCTS.pot}/`, wrong),
  ]) {
    expect(refused.status, refused.text.slice(0, 200)).toBe(400);
    expect(refused.json.errors).toEqual({ [member]: [message] });
  }
});

test('the description says how long they are', async () => {
  const { json } = await api.send({ path: '/openapi.json' });
  const { schema } = json.paths['/api/products/'].post.requestBody.content['application/json'];
  expect(schema.properties).toMatchObject({
    name: { minLength: 1, maxLength: 200 },
    description: { maxLength: 20_000 },
  });
});
