import type { NewKey } from '../resource/identity.ts';
import { digest, newToken, printToken } from './token.ts';

/** @param pepper the server's secret: a key made with another one opens nothing */
export function newKey(app: string, pepper: string): NewKey {
  const made = newToken(app);
  return { prefix: made.keyId, secret: printToken(made), digest: digest(pepper, made.secret) };
}
