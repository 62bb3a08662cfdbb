import { expect, test } from 'vitest';
import { useDesk } from './desk-server.ts';

const { ask } = useDesk({ instant: () => '2026-01-01T00:00:00.000000Z' });

test('an instant that stands for now() is no matter to what does not ask what time it is', async () => {
  const made = await ask('POST', '/tickets/open/', { body: { title: 'timeless' } });
  for (const path of ['/tickets/', `/tickets/${made.json.id}/`])
    expect([path, (await ask('GET', path)).status]).toEqual([path, 200]);
});
