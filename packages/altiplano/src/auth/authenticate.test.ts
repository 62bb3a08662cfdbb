import { expect, test } from 'vitest';
import { authenticator } from './authenticate.ts';

const IDENTITY = { table: 'member', role: 'role', attributes: [], tenant: 'house_id' } as const;

// What is looked up is kept for a second, whoever sent it: 10,000 texts of 250 kB were 2.5 GB.
test('a credential longer than any is refused before it is looked up', async () => {
  const asked: number[] = [];
  const { authenticate } = authenticator(
    {} as never,
    'house',
    { name: 'house', identity: IDENTITY },
    'p',
    async (text) => {
      asked.push(text.length);
      return null;
    },
  );
  for (const length of [2_048, 2_049, 250_000])
    await expect(authenticate(`Bearer ${'x'.repeat(length)}`)).rejects.toMatchObject({ code: 'AUTH_INVALID' });
  expect(asked).toEqual([2_048]);
});
