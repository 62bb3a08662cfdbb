import { accept, action, refuse, sql } from 'altiplano';
import { SCOPES } from './identity.ts';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
}

const text = { type: 'string' } as const;
const reply = {
  status: 201,
  schema: {
    type: 'object',
    required: ['id', 'name', 'prefix', 'scopes', 'expires_at', 'secret'],
    properties: {
      id: { ...text, format: 'uuid' },
      name: text,
      prefix: text,
      scopes: { type: 'array', items: { enum: SCOPES } },
      expires_at: { type: ['string', 'null'], format: 'date-time' },
      secret: { ...text, description: 'Shown this once.' },
    },
  },
} as const;

/** Nobody hands out more than they may do themselves. */
const tooMuch = {
  status: 403,
  message: 'A key may not do what its maker may not: {scopes}.',
  hint: 'Name only scopes that your own credential has.',
} as const;

const beyond = (wanted: readonly string[], own: readonly string[] | null) =>
  wanted.filter((scope) => own !== null && !own.includes(scope));

const shown = sql`id, name, prefix, scopes, expires_at`;

export const createKey = action({
  name: 'create_api_key',
  summary: 'Make an API key; its secret is shown this once',
  method: 'POST',
  path: '/api-keys/',
  permission: 'keys:admin',
  body: {
    name: accept.column('api_key', 'name', { required: true }),
    scopes: accept.list(accept.choice(SCOPES), { required: true, least: 1, most: SCOPES.length }),
    expires_at: accept.instant({ nullable: true }),
  },
  refusals: { scopes: tooMuch },
  reply,
  async handle({ query, body, caller, tenant, newKey }) {
    const scopes = [...new Set(body.scopes)];
    const refused = beyond(scopes, caller.scopes);
    if (refused.length > 0) throw refuse('scopes', { scopes: refused.join(', ') });
    const { prefix, digest, secret } = newKey();
    const [key] = await query<Key>(sql`
      insert into workboard.api_key (organization_id, name, prefix, digest, scopes, created_by, expires_at)
      select ${tenant}, ${body.name}, ${prefix}, ${digest}, ${scopes}, ${caller.user}, e.at
      from (select ${body.expires_at ?? null}::timestamptz as at) e
      where e.at is null or e.at > now()
      returning ${shown}`);
    if (key === undefined) throw refuse.invalid({ expires_at: ['Must be in the future.'] });
    return { body: { ...key, secret }, location: `/api-keys/${key.id}/` };
  },
});

export const rotateKey = action({
  name: 'rotate_api_key',
  summary: 'Make a new secret; the old one stays good for a while',
  method: 'POST',
  path: '/api-keys/:id/rotate/',
  permission: 'keys:admin',
  body: { overlap_seconds: accept.integer({ range: [0, 604_800], otherwise: 3600 }) },
  refusals: {
    scopes: tooMuch,
    rotated: {
      status: 409,
      message: 'This key was rotated already: it ends with its overlap, at {expires_at}.',
      hint: 'Rotate the key that came of it, or make a new one.',
    },
  },
  reply,
  async handle({ query, body, caller, parameters, newKey }) {
    // Who rotates it at the same time waits here, and then sees that it was.
    const [old] = await query<Key & { readonly rotated_at: string | null }>(sql`
      select ${shown}, rotated_at from workboard.api_key
      where id = ${parameters.id} and not is_revoked and (expires_at is null or expires_at > now())
      for update`);
    if (old === undefined) throw refuse('not_found');
    const refused = beyond(old.scopes, caller.scopes);
    if (refused.length > 0) throw refuse('scopes', { scopes: refused.join(', ') });
    if (old.rotated_at !== null) throw refuse('rotated', { expires_at: old.expires_at ?? '' });
    const { prefix, digest, secret } = newKey();
    const [key] = await query<Key>(sql`
      with retired as (
        update workboard.api_key k
        set rotated_at = now(), expires_at = least(k.expires_at, now() + make_interval(secs => ${body.overlap_seconds}))
        where k.id = ${old.id}
      )
      insert into workboard.api_key (organization_id, name, prefix, digest, scopes, created_by, expires_at)
      select k.organization_id, k.name, ${prefix}, ${digest}, k.scopes, k.created_by, k.expires_at
      from workboard.api_key k where k.id = ${old.id}
      returning ${shown}`);
    if (key === undefined) throw refuse('not_found');
    return { body: { ...key, secret }, location: `/api-keys/${key.id}/` };
  },
});
