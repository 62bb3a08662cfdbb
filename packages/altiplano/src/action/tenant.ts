import { parseTenant } from '../request/parse.ts';
import type { Identity } from '../resource/identity.ts';

export interface ActionTenant {
  readonly tenant: string;
  /** The parameters that said so. */
  readonly known: readonly string[];
  /** What a refusal calls it. */
  readonly noun: string;
}

/**
 * The tenant an action is for, as everywhere: that of the credential, or the one the query names.
 * @param own the one the credential is good for
 * @throws REQ_INVALID when the query has to name one and does not
 */
export function tenantOf(identity: Identity, query: URLSearchParams, own?: string): ActionTenant {
  const column = identity.membership?.tenant ?? identity.tenant ?? '';
  const noun = identity.tenancies === undefined ? column.replace(/_id$/, '') : 'tenant';
  const found = parseTenant({ tenant: { column, noun } }, query, own);
  return { tenant: found, known: own === undefined ? [column] : [], noun };
}
