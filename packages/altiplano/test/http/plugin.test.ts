import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { callbot as app } from '../../../../apps/callbot/app.ts';
import { startEngine } from '../../src/engine.ts';
import { altiplano } from '../../src/http/plugin.ts';
import { LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();

describe('the plugin in an application of somebody else', () => {
  test('serves the resources and leaves the rest as it was', async () => {
    const engine = await startEngine({ url: callbot.url(), apps: [app], pepper: 'test', poolSize: 1 });
    const fastify = Fastify();
    fastify.get('/theirs', async () => {
      throw new Error('their own');
    });
    await fastify.register(altiplano, { engine });
    const headers = { authorization: `Bearer ${callbot.token()}`, 'x-request-id': 'one' };
    const url = `${LIST}?workspace_id=${WORKSPACE}`;
    const list = await fastify.inject({ url, headers });
    expect(list.statusCode).toBe(200);
    expect(list.headers['x-request-id']).toBe('one');
    expect((await fastify.inject({ url })).json()).toMatchObject({ code: 'AUTH_MISSING' });
    const theirs = await fastify.inject({ url: '/theirs', headers });
    expect(theirs.json()).toMatchObject({ message: 'their own' });
    expect(theirs.headers).not.toHaveProperty('x-request-id');
    await fastify.close();
    await engine.close();
  });
});
