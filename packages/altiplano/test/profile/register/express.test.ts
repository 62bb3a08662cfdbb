import { statSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { useApp } from './run-app.ts';

describe('an Express app that knows nothing of it', () => {
  const app = useApp('express.cjs');

  it('has its route, its layers, its loop and where that is', async () => {
    const response = await fetch(`${app().origin}/houses/12/people/7?secret=x`);
    expect(await response.json()).toEqual({ id: '7', rows: [{ id: 1 }, { id: 2 }, { id: 3 }] });
    const [recording] = await app().recordings(1);
    expect(statSync(app().file).mode & 0o777).toBe(0o600);
    expect(recording?.request).toEqual({
      framework: 'express',
      method: 'GET',
      path: '/houses/12/people/7',
      route: '/houses/:id/people/:id',
      status: 200,
    });
    expect(recording?.queries.map(({ text, layer }) => [text, layer])).toEqual([
      ['select 1 as visitor', 'middleware'],
      ['select n as id from generate_series(1, $1::int) n', null],
      ...Array(3).fill(['select $1::int as owner', null]),
    ]);
    expect(recording?.layers.map(({ name }) => name)).toEqual(['middleware', 'serializer']);
    expect(recording?.queries.at(-1)?.site).toMatchObject({
      file: expect.stringMatching(/apps\/express\.cjs$/),
      line: 16,
      function: 'loadPet',
    });
  });

  it('streams as before, and its query is one', async () => {
    const before = (await app().recordings(0)).length;
    const text = await (await fetch(`${app().origin}/stream`)).text();
    expect(text.trim().split('\n')).toHaveLength(1000);
    const recording = (await app().recordings(before + 1)).at(-1);
    expect(recording?.queries.map(({ text }) => text)).toEqual([
      'select 1 as visitor',
      'select n from generate_series(1, ?) n',
    ]);
    expect(recording?.queries[1]?.decoded).not.toBeNull();
  });

  it('is followed into what reads its body', async () => {
    const before = (await app().recordings(0)).length;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const _ of [1, 2]) {
      await new Promise<void>((resolve) => {
        const sent = request(`${app().origin}/body`, { agent, method: 'POST' }, (response) =>
          response.resume().on('end', () => resolve()),
        );
        sent.write('half');
        setTimeout(() => sent.end('whole'), 20);
      });
    }
    agent.destroy();
    const recordings = (await app().recordings(before + 2)).slice(before);
    for (const { queries } of recordings)
      expect(queries.map(({ text }) => text)).toEqual(['select 1 as visitor', 'select 1 as body']);
  });

  it('tells operations of GraphQL apart', async () => {
    const before = (await app().recordings(0)).length;
    for (const operationName of ['Products', 'Orders'])
      await fetch(`${app().origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'query Products { a } query Orders { b }', operationName }),
      });
    const recordings = (await app().recordings(before + 2)).slice(before);
    expect(recordings.map(({ request }) => [request?.path, request?.route])).toEqual([
      ['/graphql', '/graphql Products'],
      ['/graphql', '/graphql Orders'],
    ]);
  });

  it('fails as before', async () => {
    const before = (await app().recordings(0)).length;
    const response = await fetch(`${app().origin}/fails`);
    expect(response.status).toBe(500);
    const recording = (await app().recordings(before + 1)).at(-1);
    expect(recording?.request).toMatchObject({ route: '/fails', status: 500 });
    expect(recording?.queries.at(-1)).toMatchObject({ error: '42703' });
  });

  it('may be given up, and its connection be used again', async () => {
    const before = (await app().recordings(0)).length;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await new Promise<void>((resolve) => {
      get(`${app().origin}/hangs`, { agent }, (response) => {
        response.on('error', () => {});
        response.once('data', () => {
          response.destroy();
          resolve();
        });
      });
    });
    for (const _ of [1, 2]) {
      await new Promise<void>((resolve) => {
        get(`${app().origin}/nowhere`, { agent }, (response) => response.resume().on('end', () => resolve()));
      });
    }
    const recordings = (await app().recordings(before + 3)).slice(before);
    expect(recordings.map(({ request }) => [request?.framework, request?.route, request?.status])).toEqual(
      expect.arrayContaining([
        ['express', '/hangs', 200],
        ['express', '/nowhere', 404],
        ['express', '/nowhere', 404],
      ]),
    );
    agent.destroy();
    expect(app().said.stderr).not.toContain('AltiplanoProfileWarning');
  });
});
