import { createHash } from 'node:crypto';
import { readTags } from '../../request/entity-tags.ts';
import type { WriteCall } from '../call.ts';
import type { IdempotencyKey } from '../change.ts';
import type { Problems } from './problems.ts';

/**
 * The tags `If-Match` names, without quotes. `*` asks for no more than that the row is there, which every change does.
 * A weak tag never matches (RFC 9110, 13.1.1), so it is left out.
 */
export function readIfMatch({ ifMatch, route }: WriteCall, problems: Problems): readonly string[] | null {
  if (ifMatch === null) return null;
  if (route.bulk || (route.action !== 'change' && route.action !== 'delete')) {
    problems.add('If-Match', 'Only a change or deletion of one object can be made to depend on its tag.');
    return null;
  }
  const tags = readTags(ifMatch);
  if (tags === '*') return null;
  if (tags === null) {
    problems.add('If-Match', 'Must be the ETag of an earlier answer, quotes included, such as "Vq2x…".');
    return null;
  }
  return tags.flatMap(({ tag, weak }) => (weak ? [] : [tag]));
}

/** What of a request says what it means. */
export type KeyedCall = Pick<WriteCall, 'idempotencyKey' | 'parameters' | 'body'> & {
  readonly route: Pick<WriteCall['route'], 'name'> & { readonly method: string };
};

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The key of a POST, with a fingerprint of all that the request says: the same key must not mean two things. */
export function readKey(call: KeyedCall, tenant: string, problems: Problems): IdempotencyKey | null {
  const { idempotencyKey: key, route, parameters, body } = call;
  if (key === null || route.method !== 'POST') return null;
  if (!KEY.test(key)) {
    problems.add('Idempotency-Key', 'Must be 1 to 255 visible ASCII characters, such as a random uuid.');
    return null;
  }
  // Nothing is kept of what is refused, and a long body takes as long to hash as all else together.
  if (!problems.none) return null;
  const said = JSON.stringify([tenant, Object.entries(parameters).sort(), body]);
  return { route: route.name, key, fingerprint: createHash('sha256').update(said).digest('hex') };
}
