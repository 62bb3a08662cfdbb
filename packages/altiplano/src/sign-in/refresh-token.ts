import { createHmac, randomBytes } from 'node:crypto';
import { digest, sameDigest } from '../auth/token.ts';

/** `altr_<app>_<session>_<secret><seal>`: which session, 256 random bits, and that it was this server who made it. */
export interface RefreshToken {
  readonly session: string;
  readonly secret: string;
}

const SHAPE = /^altr_([a-z][a-z0-9]*)_([0-9a-f]{32})_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{22})$/;

export function newRefreshToken(session: string): RefreshToken {
  return { session, secret: randomBytes(32).toString('base64url') };
}

/** 128 random bits. */
export const newSessionId = (): string => randomBytes(16).toString('hex');

export function printRefreshToken(pepper: string, app: string, { session, secret }: RefreshToken): string {
  const body = `altr_${app}_${session}_${secret}`;
  return body + seal(pepper, body);
}

/**
 * Null for what was never handed out by this app. The seal is why one that was and is no longer the session's can only be an old one:
 * nothing of those is kept, and nobody ends a session with what was made up.
 */
export function parseRefreshToken(pepper: string, app: string, text: string): RefreshToken | null {
  const [, of, session, secret, sealed] = SHAPE.exec(text) ?? [];
  if (of !== app || session === undefined || secret === undefined || sealed === undefined) return null;
  const expected = seal(pepper, text.slice(0, -sealed.length));
  return sameDigest(Buffer.from(sealed), Buffer.from(expected)) ? { session, secret } : null;
}

/** What is kept of it. */
export const refreshDigest = (pepper: string, { secret }: RefreshToken): Buffer => digest(pepper, `refresh ${secret}`);

function seal(pepper: string, body: string): string {
  return createHmac('sha256', pepper)
    .update(`altiplano refresh token ${body}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}
