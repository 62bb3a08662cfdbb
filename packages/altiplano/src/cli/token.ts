import { join } from 'node:path';
import { readPepper } from '../auth/pepper.ts';
import { digest, newToken, printToken } from '../auth/token.ts';
import { storeToken, userExists } from '../execute/issue-token.ts';
import { withOwner } from '../execute/owner.ts';
import { suggest } from '../request/suggest.ts';
import { isMessage, READERS } from '../request/values.ts';
import { type Identity, idType, knownScopes } from '../resource/identity.ts';
import { ENGINE_SCOPES } from '../resource/profile-scopes.ts';
import { findApp } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** Nothing is valid for ever; whoever needs longer says so. */
const USUAL_DAYS = 90;

export const token: Command = {
  summary: 'print a bearer token for a user',
  usage: 'altiplano token --app NAME --user ID [--scopes a,b] [--days 90]',
  options: { app: { type: 'string' }, user: { type: 'string' }, scopes: { type: 'string' }, days: { type: 'string' } },
  async run(context, flags) {
    const { app: name, user, scopes, days = String(USUAL_DAYS) } = flags;
    if (typeof name !== 'string' || typeof user !== 'string') throw usage('Say which app and which user.', token.usage);
    const app = findApp(context, name);
    const id = READERS[idType(app.identity)](user);
    if (isMessage(id)) throw usage(`--user: ${id.message}`, token.usage);
    if (!/^[1-9]\d{0,3}$/.test(String(days)))
      throw usage(`--days ${String(days)} is not a number of days.`, token.usage);
    const list = typeof scopes === 'string' ? scopes.split(',').filter((scope) => scope !== '') : [];
    // Naming none gives all of the role's.
    if (scopes !== undefined && list.length === 0) throw usage('--scopes names none.', 'Leave it out, or name some.');
    checkScopes(app.identity, list);
    const pepper = readPepper(join(context.directory, '.altiplano'), context.environment);
    const text = await withDatabase(context, async ({ url }) => {
      if (!(await withOwner(url, (client) => userExists(client, app, id.value)))) {
        throw usage(
          `${app.name} has no user ${id.value}.`,
          `Its users are the rows of ${app.schema}.${app.identity.table}.`,
        );
      }
      return issueToken(url, app.name, id.value, list, pepper, Number(days));
    });
    context.print(text, { token: text, app: app.name, user: id.value, scopes: list });
    return 0;
  },
};

/** A scope that nobody has would narrow the token to nothing. */
function checkScopes(identity: Identity, scopes: readonly string[]): void {
  const known = [...knownScopes(identity), ...ENGINE_SCOPES];
  const unknown = scopes.find((scope) => !known.includes(scope));
  if (identity.roles === undefined || unknown === undefined) return;
  throw usage(`No role has the scope '${unknown.slice(0, 40)}'.`, suggest(unknown, known));
}

/** Makes a token and keeps its digest; the secret exists only in what is returned. */
export async function issueToken(
  url: string,
  app: string,
  userId: string,
  scopes: readonly string[],
  pepper: string,
  days: number = USUAL_DAYS,
): Promise<string> {
  const made = newToken(app);
  await withOwner(url, (client) =>
    storeToken(client, { app, keyId: made.keyId, userId, digest: digest(pepper, made.secret), scopes, days }),
  );
  return printToken(made);
}
