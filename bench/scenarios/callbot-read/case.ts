import type { Tenant } from './tenants.ts';

/** One request that is measured. */
export interface Case {
  readonly name: string;
  /** Customers of the workspace. */
  readonly size: number;
  readonly workspace: string;
  readonly user: string;
  /** Null for the list, else the customer's id. */
  readonly id: string | null;
  /** Without `workspace_id`. */
  readonly query: string;
  readonly status: number;
  /** For the naive twin, which has no cursors: rows to skip, and its query; null where it is not asked. */
  readonly naive: { readonly query: string; readonly offset: number } | null;
  /** Whether limit and naive twin are asked too, and how much it takes under load. */
  readonly compared: boolean;
  readonly note: string | null;
}

export const LIST = '/api/v1/customers/';

export function targetOf({ id, workspace, query }: Pick<Case, 'id' | 'workspace' | 'query'>): string {
  const path = id === null ? LIST : `${LIST}${id}/`;
  return `${path}?workspace_id=${workspace}${query === '' ? '' : `&${query}`}`;
}

/** A list asked for by the admin, unless `changes` say otherwise. */
export function listCase(tenant: Tenant, name: string, query: string, changes: Partial<Case> = {}): Case {
  const { size, workspace, admin } = tenant;
  // The naive twin loads the whole list for a search: see its README.
  const naive = /search=/.test(query) ? null : { query: withoutCursor(query), offset: 0 };
  return {
    name,
    size,
    workspace,
    user: admin,
    id: null,
    query,
    status: 200,
    naive,
    compared: true,
    note: null,
    ...changes,
  };
}

function withoutCursor(query: string): string {
  return query.replace(/&?cursor=[^&]*/, '');
}
