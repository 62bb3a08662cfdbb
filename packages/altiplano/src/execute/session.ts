import { LOCK_SECONDS } from './sqlstate.ts';

/** Whom a transaction is for: what row security compares with. */
export interface Session {
  readonly tenant: string;
  readonly caller: string;
}

const TENANT = "set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)";

/** The one query that sets it, for the transaction only; a write's also says how long it may wait for row locks. */
export function setSession({ tenant, caller }: Session, kind: 'read' | 'write') {
  const values = [tenant, caller];
  if (kind === 'read') return { name: 'alt_session', text: `select ${TENANT}`, values };
  const limit = `set_config('lock_timeout', '${LOCK_SECONDS}s', true)`;
  return { name: 'alt_write_session', text: `select ${TENANT}, ${limit}`, values };
}
