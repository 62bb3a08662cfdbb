import { Failure } from '../errors/failure.ts';

/** Keys of encrypted columns, or of signatures. What is new is made with the first; the others are for what was made before. */
export interface KeyRing {
  readonly current: EncryptionKey;
  readonly keys: ReadonlyMap<string, EncryptionKey>;
}

export interface EncryptionKey {
  readonly id: string;
  /** 256 bits. */
  readonly secret: Buffer;
}

export const KEY_BYTES = 32;
const ID = /^[a-z0-9_-]{1,32}$/;

/**
 * `2026-11:base64,2026-05:base64`. What is wrong is told by the place in the list, never with the text of a key.
 * @param variable where it comes from
 * @throws CLI_USAGE
 */
export function parseKeyRing(text: string, variable = 'ALTIPLANO_ENCRYPTION_KEYS'): KeyRing {
  const unfit = (problem: string): Failure => unfitFor(variable, problem);
  const keys = text.split(',').map((entry, index): EncryptionKey => {
    const [, id = '', secret = ''] = /^\s*([^:]*):(.*?)\s*$/s.exec(entry) ?? [];
    const place = `Key ${index + 1} of ${variable}`;
    if (!ID.test(id)) throw unfit(`${place} has no id of up to 32 of a-z, 0-9, - and _.`);
    const bytes = Buffer.from(secret, 'base64');
    if (bytes.length !== KEY_BYTES) throw unfit(`${place}, '${id}', is not ${KEY_BYTES} bytes in base64.`);
    return { id, secret: bytes };
  });
  const [current] = keys;
  const ring = new Map(keys.map((key) => [key.id, key]));
  if (current === undefined || ring.size < keys.length) throw unfit(`${variable} names a key twice.`);
  return { current, keys: ring };
}

function unfitFor(variable: string, problem: string): Failure {
  const remedy = `${variable}=id:key,older:key with keys from \`node -p "crypto.randomBytes(32).toString('base64')"\``;
  return new Failure('CLI_USAGE', { values: { problem, remedy } });
}
