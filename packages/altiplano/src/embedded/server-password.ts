import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './server-state.ts';

export const SUPERUSER = 'altiplano';
export const DATABASE = 'altiplano';

/** The superuser's password, in a file only the project's owner can read. */
export async function readPassword(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'password'), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

/** Hexadecimal: it goes into a URL, a file and a statement without quoting. */
export async function makePassword(directory: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  await replaceFile(join(directory, 'password'), `${password}\n`, directory);
  return password;
}

export function serverUrl(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}
