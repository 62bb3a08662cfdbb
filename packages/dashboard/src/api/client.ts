import { readToken } from './token.ts';
import { ApiTrouble, OFFLINE, troubleOf } from './trouble.ts';

/** Beside the script, wherever the server is mounted. */
const API = new URL('api/', import.meta.url);

/** A server that is stopped in a debugger keeps connections open without answering. */
const PATIENCE_MS = 15_000;

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const token = readToken();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const reply = await fetch(new URL(path, API), {
    headers: { accept: 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    // Whoever sent the token decides; cookies of the host are nobody's business here.
    credentials: 'omit',
    cache: 'no-store',
    signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
  }).catch((cause: unknown) => {
    throw signal?.aborted === true ? cause : new ApiTrouble(OFFLINE);
  });
  const body: unknown = await reply.json().catch(() => null);
  if (!reply.ok) throw new ApiTrouble(troubleOf(reply.status, body));
  if (body === null) throw new ApiTrouble(troubleOf(reply.status, { detail: 'that was no JSON.' }));
  return body as T;
}
