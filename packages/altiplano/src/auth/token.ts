import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface Token {
  readonly app: string;
  readonly keyId: string;
  /** 256 random bits, base64url: a slow hash would add nothing but time. */
  readonly secret: string;
}

const SHAPE = /^alt_([a-z][a-z0-9]*)_([0-9a-f]{16})_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

export function newToken(app: string): Token {
  return { app, keyId: randomBytes(8).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

export function printToken({ app, keyId, secret }: Token): string {
  const body = `alt_${app}_${keyId}_${secret}`;
  return `${body}${checksum(body)}`;
}

/** The parts, or null for anything that was never a token: most noise is refused here, without a lookup. */
export function parseToken(text: string): Token | null {
  const [, app, keyId, secret, sum] = SHAPE.exec(text) ?? [];
  if (app === undefined || keyId === undefined || secret === undefined) return null;
  return checksum(`alt_${app}_${keyId}_${secret}`) === sum ? { app, keyId, secret } : null;
}

export function digest(pepper: string, secret: string): Buffer {
  return createHmac('sha256', pepper).update(secret).digest();
}

export function sameDigest(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
