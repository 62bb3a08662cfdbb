import { describe, expect, it } from 'vitest';
import { findVerdicts } from '../../../src/profile/verdict/verdicts.ts';
import { useApp } from './run-app.ts';

describe('a NestJS app', () => {
  const app = useApp('nest.mjs');

  it('has its guards as permission, its route, its loop and where that is', async () => {
    const response = await fetch(`${app().origin}/people/7/pets`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { data: [71, 72, 73, 74, 75].map((id) => ({ id })) },
    ]);
    const [recording] = await app().recordings(1);
    if (recording === undefined) throw new Error('nothing was recorded');
    expect(recording.request).toMatchObject({ framework: 'nest', route: '/people/:id/pets', status: 200 });
    expect(recording.queries.map(({ text, layer }) => [text, layer])).toEqual([
      ['select $1::text <> $2 as may', 'permission'],
      ['select 1 as interceptor', null],
      ['select $1::int as id', null],
      ['select $1::int * ? + n as id from generate_series(1, 5) n', null],
      ...Array(5).fill(['select $1::int as owner', null]),
    ]);
    const [loop] = findVerdicts(recording).filter(({ rule }) => rule === 'n-plus-one');
    expect(loop?.evidence[0]).toMatchObject({
      site: { function: expect.stringMatching(/ownerOf$/) },
      figures: { times: 5 },
    });
    expect(loop?.evidence[0]?.site?.file).toMatch(/apps\/nest\.mjs$/);
  });

  it('that refuses is refused in its permission', async () => {
    const before = (await app().recordings(0)).length;
    expect((await fetch(`${app().origin}/people/x/pets`)).status).toBe(400);
    const recording = (await app().recordings(before + 1)).at(-1);
    expect(recording?.request).toMatchObject({ framework: 'nest', route: '/people/:id/pets', status: 400 });
    expect(recording?.queries.map(({ layer }) => layer)).toEqual(['permission', null]);
    expect(app().said.stderr).toBe('');
  });
});
