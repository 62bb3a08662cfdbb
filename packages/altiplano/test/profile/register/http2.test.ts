import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { findVerdicts } from '../../../src/profile/verdict/verdicts.ts';
import { useApp } from './run-app.ts';

describe('servers of HTTP/2', () => {
  const app = useApp('http2.mjs');
  const sessions: ClientHttp2Session[] = [];
  afterAll(() => {
    for (const session of sessions) session.destroy();
  });
  /** Each has a port of its own, in the order they are printed in. */
  async function ask(which: number, path: string, body?: string) {
    const before = (await app().recordings(0)).length;
    const session = connect(`http://localhost:${ports()[which]}`);
    sessions.push(session);
    const stream = session.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' });
    stream.end(body);
    const [headers] = await once(stream, 'response');
    const answered = await text(stream);
    const recording = (await app().recordings(before + 1)).at(-1);
    if (recording === undefined) throw new Error('nothing was recorded');
    return { status: headers[':status'], answered, recording };
  }
  const ports = () => app().origin.replace('http://localhost:', '').split(' ');

  it('that are written as for HTTP/1 are recorded, into what reads the body', async () => {
    const { status, answered, recording } = await ask(0, '/houses/12?secret=x', 'sent');
    expect([status, answered]).toEqual([200, 'sent']);
    expect(recording.request).toEqual({
      ...{ framework: 'http', method: 'POST', path: '/houses/12', route: '/houses/:id', status: 200 },
    });
    expect(recording.queries.map((query) => query.text)).toEqual(['select 1 as body']);
  });

  it('that take streams are recorded stream by stream', async () => {
    const { status, answered, recording } = await ask(1, '/streams/12');
    expect([status, answered]).toEqual([201, '/streams/12']);
    expect(recording.request).toMatchObject({ method: 'GET', path: '/streams/12', route: '/streams/:id', status: 201 });
    expect(recording.queries).toHaveLength(1);
  });

  it('of Fastify have its route and their loop', async () => {
    const { status, recording } = await ask(2, '/people/7');
    expect([status, recording.request]).toMatchObject([
      200,
      { framework: 'fastify', route: '/people/:id', status: 200 },
    ]);
    const [loop] = findVerdicts(recording).filter(({ rule }) => rule === 'n-plus-one');
    expect(loop?.evidence[0]).toMatchObject({ figures: { times: 5 }, site: { function: 'petOf' } });
    expect(app().said.stderr).toBe('');
  });
});
