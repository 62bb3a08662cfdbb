import { createDecipheriv } from 'node:crypto';
import { TEST_KEYS } from 'altiplano/testing';

/**
 * What the journal's stored content says, read as the guide describes it and by none of the engine's code: AES-256-GCM, nonce first
 * and tag last, bound to table, column, tenant and row.
 */
export function openContent(stored: string, { id, tenant }: { readonly id: string; readonly tenant: string }): string {
  const [, key = '', binding, body = ''] = stored.split('.');
  const bytes = Buffer.from(body, 'base64url');
  const secret = TEST_KEYS.keys.get(key)?.secret ?? Buffer.alloc(32);
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12));
  const row = binding === 'r' ? id : null;
  decipher.setAAD(Buffer.from(JSON.stringify(['altiplano', 'journal_entry', 'content', tenant, row])));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
}
