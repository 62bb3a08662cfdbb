import { type Identity, idType } from '../resource/identity.ts';
import type { SignIn } from '../resource/sign-in.ts';
import { name } from '../sql/text.ts';

export interface PrintedFunction {
  readonly signature: string;
  readonly text: string;
}

/** Who a name at login is, and how its digest is made anew. Both run as their owner: nobody is set as caller yet. */
export function signInFunctions(
  identity: Identity,
  types: Readonly<Record<string, string>>,
): readonly PrintedFunction[] {
  const { signIn } = identity;
  return signIn === undefined ? [] : [signInUser(identity, signIn, types), signInRehash(identity, signIn)];
}

function signInUser(
  { table, active }: Identity,
  { email, digest, ignoresCase = false }: SignIn,
  types: Readonly<Record<string, string>>,
): PrintedFunction {
  // The column's own type, so that it is compared as the column says.
  const [type = 'text'] = (types[email] ?? 'text').split('(');
  const column = `u.${name(email)}`;
  const is = ignoresCase ? `lower(${column}) = lower(of_email)` : `${column} = of_email`;
  return {
    signature: `sign_in_user(${type})`,
    text: `create function sign_in_user(of_email ${type}) returns table (user_id text, digest text, active boolean)
language sql stable security definer rows 1
begin atomic
  select u.id::text, u.${name(digest)}::text, ${active === undefined ? 'true' : `u.${name(active)}`} from ${name(table)} u where ${is};
end;`,
  };
}

/** Only what the digest still is: a password that was changed meanwhile stays changed. */
function signInRehash(identity: Identity, { digest }: SignIn): PrintedFunction {
  return {
    signature: `sign_in_rehash(${idType(identity)}, text, text)`,
    text: `create function sign_in_rehash(of_user ${idType(identity)}, was text, becomes text) returns void
language sql security definer
begin atomic
  update ${name(identity.table)} u set ${name(digest)} = becomes where u.id = of_user and u.${name(digest)} = was;
end;`,
  };
}
