import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The key of all token digests: `ALTIPLANO_SECRET`, else a file of this checkout made on first use and readable by its
 * owner only. Nodes that share a database must share it.
 */
export function readPepper(directory: string, environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.ALTIPLANO_SECRET;
  if (given !== undefined && given !== '') return given;
  const file = join(directory, 'secret');
  mkdirSync(directory, { recursive: true });
  try {
    // `wx`: of two processes that start together one writes, and both read what it wrote.
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
