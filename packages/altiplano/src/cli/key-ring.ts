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
  return readRing(directory, 'encryption-keys', 'ALTIPLANO_ENCRYPTION_KEYS', environment);
}

/**
 * The same for what signs access tokens: without the keys whoever is signed in refreshes, and no more is lost.
 * @throws CLI_USAGE
 */
export function readSigningKeys(directory: string, environment: NodeJS.ProcessEnv = process.env): KeyRing {
  return readRing(directory, 'signing-keys', 'ALTIPLANO_SIGNING_KEYS', environment);
}

function readRing(directory: string, name: string, variable: string, environment: NodeJS.ProcessEnv): KeyRing {
  const given = environment[variable];
  if (given !== undefined && given !== '') return parseKeyRing(given, variable);
  const file = join(directory, name);
  mkdirSync(directory, { recursive: true });
  makeOnce(file, `local:${randomBytes(KEY_BYTES).toString('base64')}`);
  return parseKeyRing(readFileSync(file, 'utf8').trim(), variable);
}
