/** Scopes of the engine itself, beside those of an app's roles: a token has them when it was issued with them, a user when its role names them. */

/** To be told where the time of one's own requests went. */
export const PROFILE_SCOPE = 'profile:read';
/** An operator's: to be shown everybody's. */
export const OPERATE_SCOPE = 'profile:all';
/** To have statements explained by the database. */
export const EXPLAIN_SCOPE = 'profile:explain';

export const ENGINE_SCOPES: readonly string[] = [PROFILE_SCOPE, OPERATE_SCOPE, EXPLAIN_SCOPE];
