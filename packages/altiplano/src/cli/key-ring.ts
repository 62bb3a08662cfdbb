import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from '../auth/pepper.ts';
import { KEY_BYTES, type KeyRing, parseKeyRing } from '../encryption/key-ring.ts';

/**
 * `ALTIPLANO_ENCRYPTION_KEYS`, else one key in a file of this checkout, made on first use and readable by its owner only.
 * Nodes that share a database must share it; without it what it encrypted is gone.
 * @throws CLI_USAGE
 */
export function readKeyRing(directory: string, environment: NodeJS.ProcessEnv = process.env): KeyRing {
  const given = environment.ALTIPLANO_ENCRYPTION_KEYS;
  if (given !== undefined && given !== '') return parseKeyRing(given);
  const file = join(directory, 'encryption-keys');
  mkdirSync(directory, { recursive: true });
  makeOnce(file, `local:${randomBytes(KEY_BYTES).toString('base64')}`);
  return parseKeyRing(readFileSync(file, 'utf8').trim());
}
