import type { Seal } from '../auth/seal.ts';
import { Failure } from '../errors/failure.ts';
import type { Action, ActionResult } from '../resource/action.ts';
import { JSON_TYPE, type Reply } from '../respond/reply.ts';
import { MOST_REPLY_BYTES } from '../sql/reply-bound.ts';
import type { IdempotencyKey } from '../write/change.ts';
import { tagOf } from './precondition.ts';

/** What a key keeps: a reply without the server's own address. */
interface Kept {
  readonly status: number;
  readonly location?: string;
  readonly etag?: string;
  readonly body: string;
}

/** @throws REQ_REPLY_TOO_LARGE */
export function replyOf({ reply }: Action, { status, body, json, location, etag }: ActionResult): Kept {
  const text = json ?? (body === undefined ? '' : JSON.stringify(body));
  if (Buffer.byteLength(text) > MOST_REPLY_BYTES) {
    throw new Failure('REQ_REPLY_TOO_LARGE', { values: { limit: MOST_REPLY_BYTES } });
  }
  const tag = etag ?? (reply.tagged === true && text !== '' ? tagOf(text) : undefined);
  return {
    status: status ?? (text === '' && reply.status === 200 ? 204 : reply.status),
    ...(location === undefined ? {} : { location }),
    ...(tag === undefined ? {} : { etag: tag }),
    body: text,
  };
}

export function toHttp({ status, location, etag, body }: Kept, origin: string): Reply {
  return {
    status,
    headers: {
      ...(body === '' ? {} : { 'content-type': JSON_TYPE }),
      ...(location === undefined ? {} : { location: `${origin}${location}` }),
      ...(etag === undefined ? {} : { etag: `"${etag}"` }),
    },
    body,
  };
}

/** What is kept of a reply: it may hold a secret that is shown once. */
export const keepText = (reply: Kept, key: IdempotencyKey, seal: Seal): string =>
  seal.close(JSON.stringify(reply), key.fingerprint);

/**
 * The reply kept under the key, if there is one.
 * @throws REQ_KEY_REUSED also when it was kept under another secret of the server
 */
export function readKept(row: Readonly<Record<string, unknown>>, key: IdempotencyKey | null, seal: Seal): Kept | null {
  const { kept_fingerprint: fingerprint, kept_items: items } = row;
  if (typeof fingerprint !== 'string' || typeof items !== 'string') return null;
  const opened = fingerprint === key?.fingerprint ? seal.open(items, fingerprint) : null;
  if (opened === null) throw new Failure('REQ_KEY_REUSED');
  return JSON.parse(opened) as Kept;
}
