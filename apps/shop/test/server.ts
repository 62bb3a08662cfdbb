import { type AppServer, type AppServerOptions, issueToken, useServer } from 'altiplano/testing';
import { shop } from '../app.ts';
import { ROWS, SHOPPERS } from './fixture.ts';
import { emptyShop } from './shop-database.ts';

/** Tokens of shoppers under the names given. */
export async function tokensOf<Name extends string>(
  url: string,
  shoppers: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const tokens = await Promise.all(
    Object.entries<string>(shoppers).map(async ([name, id]) => [
      name,
      await issueToken(url, shop.name, id, [], 'test'),
    ]),
  );
  return Object.fromEntries(tokens);
}

/** The fixture's world behind a real socket. */
export function useShop(options: Partial<AppServerOptions> = {}): AppServer {
  return useServer({
    template: emptyShop,
    apps: [shop],
    prepare: async (owner, url) => {
      await owner.query(ROWS);
      return tokensOf(url, SHOPPERS);
    },
    ...options,
  });
}
