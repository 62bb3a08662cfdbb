import { Failure } from '../errors/failure.ts';

/** The keys of encrypted columns. What is written is encrypted with the first; the others are for what was written before. */
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
 * @throws CLI_USAGE
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = text.split(',').map((entry, index): EncryptionKey => {
    const [, id = '', secret = ''] = /^\s*([^:]*):(.*?)\s*$/s.exec(entry) ?? [];
    const place = `Key ${index + 1} of ALTIPLANO_ENCRYPTION_KEYS`;
    if (!ID.test(id)) throw unfit(`${place} has no id of up to 32 of a-z, 0-9, - and _.`);
    const bytes = Buffer.from(secret, 'base64');
    if (bytes.length !== KEY_BYTES) throw unfit(`${place}, '${id}', is not ${KEY_BYTES} bytes in base64.`);
    return { id, secret: bytes };
  });
  const [current] = keys;
  const ring = new Map(keys.map((key) => [key.id, key]));
  if (current === undefined || ring.size < keys.length) throw unfit('ALTIPLANO_ENCRYPTION_KEYS names a key twice.');
  return { current, keys: ring };
}

function unfit(problem: string): Failure {
  const remedy =
    'ALTIPLANO_ENCRYPTION_KEYS=id:key,older:key with keys from `node -p "crypto.randomBytes(32).toString(\'base64\')"`';
  return new Failure('CLI_USAGE', { values: { problem, remedy } });
}
