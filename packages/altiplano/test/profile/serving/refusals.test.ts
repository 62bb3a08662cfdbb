import { type ClientRequest, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { useDesk } from '../../actions/desk-server.ts';

const { ask, tokenOf, origin } = useDesk();
const OPEN = '/tickets/open/';
const SCOPES = ['tickets:write', 'tickets:read'];
const MEGABYTES = 1024 * 1024;

const REFUSED: readonly (readonly [string, number, Parameters<typeof ask>[2] & object])[] = [
  ['another kind of body', 415, { body: {}, headers: { 'content-type': 'text/csv' } }],
  ['another charset', 415, { body: {}, headers: { 'content-type': 'application/json; charset=utf-16' } }],
  ['a body too large', 413, { body: { title: 'x'.repeat(11 * MEGABYTES) } }],
  ['a body that is no JSON', 400, { body: '{oops' }],
];

describe('what is refused before its handler', () => {
  test.each(REFUSED)('%s: %d, with its profile for who may be told', async (_name, status, sent) => {
    const token = await tokenOf([...SCOPES, 'profile:read']);
    const { json, headers, ...answer } = await ask('POST', `${OPEN}?_profile=true`, { ...sent, token });
    expect([answer.status, json.status]).toEqual([status, status]);
    expect(json._profiling).toMatchObject({ query_count: expect.any(Number), request_id: json.request_id });
    expect([headers.get('cache-control'), headers.get('altiplano-profile')]).toEqual([
      'no-store',
      json._profiling.profile_id,
    ]);
    const profile = await ask('GET', json._profiling.profile_url, { token, office: '' });
    expect([profile.status, profile.json.request.status]).toEqual([200, status]);
    const stranger = await tokenOf([...SCOPES]);
    expect((await ask('GET', json._profiling.profile_url, { token: stranger, office: '' })).status).toBe(403);
  });

  test.each(REFUSED)('%s: %d, and not a word of it for who may not', async (_name, status, sent) => {
    const token = await tokenOf(SCOPES);
    const plain = await ask('POST', OPEN, { ...sent, token, headers: { ...sent.headers, 'x-request-id': 'same' } });
    const asked = await ask('POST', `${OPEN}?_profile=true`, {
      ...{ ...sent, token },
      headers: { ...sent.headers, 'x-request-id': 'same' },
    });
    expect([asked.status, asked.text]).toEqual([status, plain.text]);
    for (const header of ['altiplano-profile', 'server-timing']) expect(asked.headers.get(header)).toBeNull();
  });

  test('is nobody’s where it is not known who asks', async () => {
    const { status, json } = await ask('POST', `${OPEN}?_profile=true`, { body: {}, token: 'alt_none' });
    expect([status, json._profiling]).toEqual([401, undefined]);
  });

  test('no room for another body: 503', async () => {
    const token = await tokenOf([...SCOPES, 'profile:read']);
    const held: ClientRequest[] = [];
    const announce = () => {
      const sent = request(`${origin()}${OPEN}?_profile=true`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': 10 * MEGABYTES,
        },
      });
      held.push(sent);
      sent.on('error', () => {});
      sent.flushHeaders();
      return sent;
    };
    // Six of ten megabytes fit; whichever comes seventh is refused at once, the others wait for bodies that never come.
    const refused = await new Promise<unknown>((resolve) => {
      for (let count = 0; count < 7; count++)
        announce().on('response', async (response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk);
          resolve(JSON.parse(Buffer.concat(chunks).toString()));
        });
    });
    for (const sent of held) sent.destroy();
    expect(refused).toMatchObject({ status: 503, _profiling: { profile_id: expect.any(String) } });
  });
});
