import type { Caller } from '../plan/plan.ts';
import { type Identity, KEY_ROLE } from '../resource/identity.ts';
import { LOCK_SECONDS } from './sqlstate.ts';

/** Whom a transaction is for: what row security compares with. */
export interface Session {
  readonly tenant: string;
  readonly caller: string;
  /** What triggers of a write are told beside the caller: of what kind it is, and which request it is about. */
  readonly kind?: string;
  readonly request?: string;
}

const TENANT = "set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)";
const AUTHOR = "set_config('altiplano.caller_kind', $3, true), set_config('altiplano.request_id', $4, true)";

/** The session of a caller in a tenant; an API key goes by its own id. */
export function sessionOf(
  { kind = 'user' }: Pick<Identity, 'kind'>,
  { userId, key }: Caller,
  tenant: string,
  request = '',
): Session {
  return key === undefined
    ? { tenant, caller: userId, kind, request }
    : { tenant, caller: key.id, kind: KEY_ROLE, request };
}

/** The one query that sets it, for the transaction only; a write's also says how long it may wait for row locks. */
export function setSession({ tenant, caller, kind = '', request = '' }: Session, transaction: 'read' | 'write') {
  if (transaction === 'read') return { name: 'alt_session', text: `select ${TENANT}`, values: [tenant, caller] };
  const limit = `set_config('lock_timeout', '${LOCK_SECONDS}s', true)`;
  return {
    name: 'alt_write_session',
    text: `select ${TENANT}, ${AUTHOR}, ${limit}`,
    values: [tenant, caller, kind, request],
  };
}
