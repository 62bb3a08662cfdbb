import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';

/**
 * The key of all token digests: `ALTIPLANO_SECRET`, else a file of this checkout made on first use and readable by its
 * owner only. Nodes that share a database must share it.
 * @throws CLI_USAGE when the file is empty: digests would be made without a key
 */
export function readPepper(directory: string, environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.ALTIPLANO_SECRET;
  if (given !== undefined && given !== '') return given;
  const file = join(directory, 'secret');
  mkdirSync(directory, { recursive: true });
  makeOnce(file, randomBytes(32).toString('base64url'));
  const pepper = readFileSync(file, 'utf8').trim();
  if (pepper !== '') return pepper;
  const values = { problem: `The file ${file} is empty.`, remedy: 'Restore it, or remove it and issue new tokens.' };
  throw new Failure('CLI_USAGE', { values });
}

/** Written whole under another name, then linked: of two processes that start together neither reads half a file. */
export function makeOnce(file: string, content: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
