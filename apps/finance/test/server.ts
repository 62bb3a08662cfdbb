import { hashPassword } from 'altiplano';
import { type AppServer, type AppServerOptions, issueToken, useServer } from 'altiplano/testing';
import { finance } from '../app.ts';
import { emptyFinance } from './finance-database.ts';
import { ORGANIZATIONS, ROWS, TEAMS, USERS } from './fixture.ts';

/** Tokens of users under the names given. */
export async function tokensOf<Name extends string>(
  url: string,
  users: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const tokens = await Promise.all(
    Object.entries<string>(users).map(async ([name, id]) => [
      name,
      await issueToken(url, finance.name, id, [], 'test'),
    ]),
  );
  return Object.fromEntries(tokens);
}

/** Of what everybody in the fixture's world has for a password, as cheap as may be. */
const digest = () => hashPassword('correct horse', { cost: { ln: 14, r: 8, p: 1 }, salt: Buffer.alloc(16, 1) });

/** The fixture's world behind a real socket. */
export function useFinance(options: Partial<AppServerOptions> = {}): AppServer {
  return useServer({
    template: emptyFinance,
    apps: [finance],
    prepare: async (owner, url) => {
      await owner.query(ROWS);
      await owner.query('update finance.app_user set password_digest = $1', [await digest()]);
      return tokensOf(url, USERS);
    },
    ...options,
  });
}

/** The headers that choose a tenant. */
export const as = (type: string, id: string) => ({ 'x-tenant-type': type, 'x-tenant-id': id });
export const ACME = as('organization', ORGANIZATIONS.acme);
export const SALES = as('team', TEAMS.sales);
