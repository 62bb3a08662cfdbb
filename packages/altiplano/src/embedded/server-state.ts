import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setOwner } from './server-user.ts';

/** A process that uses the server. `stamp` tells a living process from a later one that was given the same pid. */
export interface Owner {
  readonly id: string;
  readonly pid: number;
  readonly stamp: string;
}

/** What `state.json` remembers between starts; every member is absent before the first one. */
export interface ServerState {
  readonly home?: string;
  readonly data?: string;
  readonly programs?: string;
  readonly port?: number;
  readonly major?: number;
  readonly owners: readonly Owner[];
}

/** Undefined when there is none: nobody has started a server here, or its directory was removed to start empty. */
export async function readState(directory: string): Promise<ServerState | undefined> {
  const text = await readFile(join(directory, 'state.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return sane(JSON.parse(text));
  } catch {
    return { owners: [] };
  }
}

export function writeState(directory: string, state: ServerState): Promise<void> {
  return replaceFile(join(directory, 'state.json'), `${JSON.stringify(state, null, 2)}\n`, directory);
}

/** Readers see the old text or the new one, never half of it; and a symbolic link planted at `path` is not followed. */
export async function replaceFile(path: string, text: string, ownedLike: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  await setOwner(draft, ownedLike);
  await rename(draft, path);
}

function sane(value: unknown): ServerState {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return {
    ...textMember(found, 'home'),
    ...textMember(found, 'data'),
    ...textMember(found, 'programs'),
    ...(typeof found.port === 'number' ? { port: found.port } : {}),
    ...(typeof found.major === 'number' ? { major: found.major } : {}),
    owners: Array.isArray(found.owners) ? found.owners.filter(isOwner) : [],
  };
}

function textMember<Name extends string>(found: Record<string, unknown>, name: Name): { [key in Name]?: string } {
  const value = found[name];
  return typeof value === 'string' ? ({ [name]: value } as { [key in Name]?: string }) : {};
}

function isOwner(value: unknown): value is Owner {
  const owner = value as Partial<Owner> | null;
  return typeof owner?.id === 'string' && typeof owner.pid === 'number' && typeof owner.stamp === 'string';
}
