/** Whose a request was. Null in programs that are not ours, and where nobody had signed in. */
export interface Owner {
  readonly app: string | null;
  readonly tenant: string | null;
  readonly user: string | null;
}

/** Who asks for what was profiled. */
export interface Viewer extends Owner {
  /** An operator, who sees everybody's. */
  readonly everything: boolean;
  /** May have statements explained. */
  readonly explains: boolean;
}

/** Everybody but an operator sees own requests only: of the same app, user and, where a credential is of one tenant, tenant. */
export function sees(viewer: Viewer, { app, tenant, user }: Owner): boolean {
  if (viewer.everything) return true;
  if (user === null || user === '' || viewer.user !== user || viewer.app !== app) return false;
  return viewer.tenant === null || viewer.tenant === tenant;
}

/** Of a program on the developer's own machine. */
export const DEVELOPER: Viewer = { app: null, tenant: null, user: null, everything: true, explains: false };
