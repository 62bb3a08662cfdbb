import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueToken } from '../../src/cli/token.ts';
import { startEngine } from '../../src/engine.ts';
import { type HttpServer, serve } from '../../src/http/server.ts';
import { startJobs } from '../../src/jobs/worker.ts';
import { CLERK, OFFICE, OTHER } from '../actions/desk.ts';
import { mill } from './mill.ts';
import { upTo, useMill } from './mill-database.ts';

const { url, run, ground, rows, until } = useMill();
let server: HttpServer;
let token = '';

beforeAll(async () => {
  await rows(`insert into desk.clerk_office values ('${CLERK}', '${OTHER}')`);
  token = await issueToken(url(), 'desk', CLERK, [], 'test');
  const engine = await startEngine({ url: url(), apps: [mill], pepper: 'test', poolSize: 4 });
  server = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
});
afterAll(() => server.stop());

async function ask(method: string, path: string, body?: object, office = OFFICE, key?: string) {
  const reply = await fetch(`${server.origin}${path}?office_id=${office}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: (await reply.json()) as Record<string, unknown> };
}

const count = async () => Number((await rows<{ n: string }>('select count(*) as n from altiplano.job_run'))[0]?.n);

describe('a job of an action', () => {
  test('is queued only if the transaction commits', async () => {
    const before = await count();
    expect((await ask('POST', '/grind/', { grains: 3, fails: true })).status).toBe(500);
    expect(await count()).toBe(before);
    const waiting = await rows("select from altiplano_worker.jobs where key like 'altiplano:%'");
    const made = await ask('POST', '/grind/', { grains: 3 });
    expect(made.status).toBe(202);
    expect(await rows("select from altiplano_worker.jobs where key like 'altiplano:%'")).toHaveLength(
      waiting.length + 1,
    );
    expect(await run(String(made.json.id))).toMatchObject({ state: 'queued', tenants: [OFFICE] });
  });

  test('with a key that waits already is that one, for both tenants', async () => {
    const first = await ask('POST', '/grind/', { grains: 3, key: 'nightly' });
    const again = await ask('POST', '/grind/', { grains: 4, key: 'nightly' });
    expect(again.json.id).toBe(first.json.id);
    const progress = String(first.json.progress);
    expect((await ask('GET', progress, undefined, OTHER)).status).toBe(404);
    const other = await ask('POST', '/grind/', { grains: 3, key: 'nightly' }, OTHER);
    expect(other.json.id).toBe(first.json.id);
    expect((await ask('GET', progress, undefined, OTHER)).json.state).toBe('queued');
  });

  test('is one for one Idempotency-Key', async () => {
    const before = await count();
    const [first, again] = [
      await ask('POST', '/grind/', { grains: 3 }, OFFICE, 'once'),
      await ask('POST', '/grind/', { grains: 3 }, OFFICE, 'once'),
    ];
    expect([again.json, await count()]).toEqual([first.json, before + 1]);
  });

  test("that is told something else than it declares is the action's defect", async () => {
    expect((await ask('POST', '/grind/', { grains: 10_001 })).json.code).toBe('REQ_INVALID');
  });

  test('tells its tenant how far it is, and nobody else', async () => {
    const { json } = await ask('POST', '/grind/', { grains: 7 });
    const path = String(json.progress);
    const queued = { id: json.id, name: 'grind', state: 'queued', done: 0, total: null, started_at: null };
    expect((await ask('GET', path)).json).toMatchObject(queued);
    const worker = startJobs({ url: url(), apps: [mill] });
    await until(async () => (await ask('GET', path)).json.state === 'done');
    await worker.stop();
    expect((await ask('GET', path)).json).toMatchObject({ state: 'done', done: 7, total: 7 });
    expect(await ground(String(json.id))).toEqual(upTo(7));
    expect((await ask('GET', path, undefined, OTHER)).status).toBe(404);
    expect((await ask('GET', `/grind/${OFFICE}/`)).status).toBe(404);
  });
});
