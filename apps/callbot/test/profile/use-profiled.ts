import { type AppServer, type AppServerOptions, issueToken, useServer } from 'altiplano/testing';
import { callbot } from '../../app.ts';
import { emptyCallbot } from '../callbot-database.ts';
import { CUSTOMERS, OURS, ROWS, USERS } from '../contract/fixture.ts';

export const LIST = `/api/v1/customers/?workspace_id=${OURS}`;
export const ONE = `/api/v1/customers/${CUSTOMERS.own}/?workspace_id=${OURS}`;

const READ = 'profile:read';

/** Who may be told what: `plain` nothing, `reader` of own requests, `other` likewise, `operator` of everybody's. */
export const SCOPES = {
  plain: { user: USERS.admin, scopes: [] },
  reader: { user: USERS.admin, scopes: [READ] },
  other: { user: USERS.manager, scopes: [READ] },
  operator: { user: USERS.manager, scopes: [READ, 'profile:all', 'profile:explain'] },
} as const;

/** Callbot with the fixture's rows, and tokens with and without the right to be told where the time goes. */
export function useProfiled(options: Partial<AppServerOptions> = {}): AppServer {
  return useServer({
    template: emptyCallbot,
    apps: [callbot],
    async prepare(owner, url) {
      await owner.query(ROWS);
      const tokens: Record<string, string> = {};
      for (const [name, { user, scopes }] of Object.entries(SCOPES))
        tokens[name] = await issueToken(url, 'callbot', user, scopes, 'test');
      return tokens;
    },
    ...options,
  });
}
