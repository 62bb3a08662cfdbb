import { type AppServer, type AppServerOptions, issueToken, useServer } from 'altiplano/testing';
import { field } from '../app.ts';
import { emptyField } from './field-database.ts';
import { PEOPLE, ROWS } from './fixture.ts';

/** Tokens of people under the names given. */
export async function tokensOf<Name extends string>(
  url: string,
  people: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const tokens = await Promise.all(
    Object.entries<string>(people).map(async ([name, id]) => [name, await issueToken(url, field.name, id, [], 'test')]),
  );
  return Object.fromEntries(tokens);
}

/** The fixture's world behind a real socket. */
export function useField(options: Partial<AppServerOptions> = {}): AppServer {
  return useServer({
    template: emptyField,
    apps: [field],
    prepare: async (owner, url) => {
      await owner.query(ROWS);
      return tokensOf(url, PEOPLE);
    },
    ...options,
  });
}
