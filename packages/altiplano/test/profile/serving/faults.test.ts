import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { issueToken } from '../../../src/cli/token.ts';
import { altiplano } from '../../../src/http/plugin.ts';
import { Profiling } from '../../../src/http/profiling.ts';
import { startRecording } from '../../../src/profile/scope.ts';
import { traceOf } from '../../../src/profile/trace.ts';
import { CLERK, desk, OFFICE } from '../../actions/desk.ts';
import { deskTemplate } from '../../actions/desk-server.ts';
import { useServer } from '../../support/app-server.ts';

const server = useServer({
  template: deskTemplate,
  apps: [desk],
  prepare: async (_owner, url) => ({
    clerk: await issueToken(url, 'desk', CLERK, ['tickets:write', 'tickets:read', 'profile:read'], 'test'),
  }),
});

test('a profiler that fails changes no answer: a write that is done is answered as done', async () => {
  const broken = () => {
    throw new Error('the store is broken');
  };
  const fastify = Fastify();
  const profiling = new Profiling({ level: 'timings', parameters: true }, broken, () => null);
  await fastify.register(altiplano, { engine: server.engine(), profiling });
  const token = await issueToken(server.url(), 'desk', CLERK, ['tickets:write', 'profile:read'], 'test');
  const made = await fastify.inject({
    method: 'POST',
    url: `/tickets/open/?office_id=${OFFICE}&_profile=true`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    payload: JSON.stringify({ title: 'Done', points: [] }),
  });
  expect([made.statusCode, made.json()._profiling]).toEqual([201, undefined]);
  await fastify.close();
});

test('values that nobody can print, and printers that fail, are no query lost', () => {
  const recorder = startRecording('request', { level: 'timings' });
  const trace = traceOf(recorder);
  trace.print = () => {
    throw new Error('cannot');
  };
  const at = { asked: 1, acquired: 1, answered: 2 };
  const query = { ...at, text: 'select 1', kind: 'read', rows: 1, error: null, label: null, layer: null } as const;
  expect(() => trace.note({ ...query, values: [1n] })).not.toThrow();
  trace.print = null;
  trace.note({ ...query, values: [1n, { deep: [1n] }] });
  expect(recorder.finish().queries).toHaveLength(1);
});

test('a request that was not alone on the thread says so, though nothing was noted of the other', async () => {
  const token = await issueToken(
    server.url(),
    'desk',
    CLERK,
    ['tickets:write', 'tickets:read', 'profile:read'],
    'test',
  );
  const path = `/tickets/by-code/none/?office_id=${OFFICE}`;
  const sharesOf = async () => {
    const { json } = await server.send({ as: token, path: `${path}&_profile=true` });
    return (await server.send({ as: token, path: json._profiling.profile_url })).json.bottleneck.shares;
  };
  expect((await sharesOf()).shared).toBe(0);
  const others = Array.from({ length: 20 }, () => server.send({ as: token, path }));
  const { cpu } = await sharesOf();
  await Promise.all(others);
  expect(cpu).toBe(0);
});
