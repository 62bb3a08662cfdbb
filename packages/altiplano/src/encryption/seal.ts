import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Failure } from '../errors/failure.ts';
import type { KeyRing } from './key-ring.ts';

/** Where a value belongs: it opens nowhere else. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly tenant: string;
  /** The row's key; null where the database will only number it: such a value belongs to its tenant's table. */
  readonly row: string | null;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([a-z0-9_-]{1,32})\.([rt])\.([A-Za-z0-9_-]+)$/;

/**
 * A text, encrypted: `v1.<key id>.<r|t>.<nonce, ciphertext, tag>`, the last in base64url. `r` is bound to its row, `t` to its tenant.
 * Nonces are random, so a key is good for 2^32 values.
 */
export function seal(ring: KeyRing, place: Place, text: string): string {
  const { id, secret } = ring.current;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(place));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${markOf(id, place.row !== null)}${sealed.toString('base64url')}`;
}

/** What a text sealed with this key, and for a row or not, begins with. */
export function markOf(id: string, isBoundToRow: boolean): string {
  return `v1.${id}.${isBoundToRow ? 'r' : 't'}.`;
}

/** @throws ENCRYPTION_KEY_MISSING, ENCRYPTION_DAMAGED: changed outside, or another place's; never with what was found */
export function unseal(ring: KeyRing, place: Place, sealed: string): string {
  const { table, column } = place;
  const [, id = '', binding = '', body = ''] = SEALED.exec(sealed) ?? [];
  const bytes = Buffer.from(body, 'base64url');
  const damaged = () => new Failure('ENCRYPTION_DAMAGED', { values: { table, column } });
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw damaged();
  const key = ring.keys.get(id);
  if (key === undefined) throw new Failure('ENCRYPTION_KEY_MISSING', { values: { table, column, key: id } });
  const decipher = createDecipheriv(ALGORITHM, key.secret, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(binding === 'r' ? place : { ...place, row: null }));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch {
    throw damaged();
  }
}

/** Sealed as it would be now: with the current key, and bound to its row. */
export function isCurrent(ring: KeyRing, sealed: string): boolean {
  return sealed.startsWith(markOf(ring.current.id, true));
}

/** JSON, so that no two places have the same text. */
function boundTo({ table, column, tenant, row }: Place): Buffer {
  return Buffer.from(JSON.stringify(['altiplano', table, column, tenant, row]));
}
