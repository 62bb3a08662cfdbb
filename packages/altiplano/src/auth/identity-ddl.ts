import { type Identity, identityColumns, idType, type Keys, type Tenancies } from '../resource/identity.ts';
import { signInFunctions } from '../sign-in/ddl.ts';
import { list, literal, name } from '../sql/text.ts';

/** Types of the users' columns, as `format_type` prints them. */
export type UserTypes = Readonly<Record<string, string>>;

/** The migration of an app's identity, to be committed: the functions that say who a credential speaks for. */
export function identityMigration(identity: Identity, types: UserTypes): string {
  const { keys } = identity;
  const functions = [
    callerIdentity(identity, types),
    ...(keys === undefined ? [] : [keyIdentity(keys), keyUsed(keys)]),
    ...signInFunctions(identity, types),
  ];
  return `${HEADER}
${functions.map(({ text }) => text).join('\n')}
${functions.map(({ signature }) => `revoke execute on function ${signature} from public;`).join('\n')}
do $$ begin
  execute format('grant execute on function ${list(functions.map(({ signature }) => signature))} to %I',
                 altiplano.app_role());
end $$;

-- Down Migration
${functions.map(({ signature }) => `drop function ${signature};`).join('\n')}
`;
}

const HEADER = `-- Who a credential speaks for. Asked before any caller is set, so these run as their owner: row security would show nobody.
-- Printed by the declaration (\`altiplano identity sql\`).
-- Up Migration`;

interface Printed {
  readonly signature: string;
  readonly text: string;
}

function callerIdentity(identity: Identity, types: UserTypes): Printed {
  const columns = identityColumns(identity);
  const returned = columns.map((column) => `${name(column)} ${types[column] ?? 'text'}`);
  if (identity.tenancies !== undefined) return chosenIdentity(identity, identity.tenancies, returned);
  return {
    signature: `caller_identity(${idType(identity)})`,
    text: `create function caller_identity(of_user ${idType(identity)}) returns table (${list(returned)})
language sql stable security definer rows 1
begin atomic
  select ${list(columns.map((column) => `u.${name(column)}`))} from ${name(identity.table)} u where u.id = of_user;
end;`,
  };
}

/** Its role is what it is in the tenant that was chosen, or in its own; null where it has no such tenant. */
function chosenIdentity(
  identity: Identity,
  { table, user, tenant: [kind, id], own }: Tenancies,
  returned: readonly string[],
): Printed {
  const role = `(
    select m.${name(identity.role)}::text from ${name(table)} m
    where m.${name(user)} = u.id and m.${name(kind)} = coalesce(of_kind, ${literal(own)}) and m.${name(id)} = coalesce(of_id, u.id)
  )`;
  const values = identityColumns(identity).map((column) => (column === identity.role ? role : `u.${name(column)}`));
  return {
    signature: 'caller_identity(uuid, text, uuid)',
    text: `create function caller_identity(of_user uuid, of_kind text, of_id uuid) returns table (${list(returned)})
language sql stable security definer rows 1
begin atomic
  select ${list(values)} from ${name(identity.table)} u where u.id = of_user;
end;`,
  };
}

function keyIdentity({ table, tenant, user }: Keys): Printed {
  const maker = user === undefined ? 'null::text' : `k.${name(user)}::text`;
  return {
    signature: 'key_identity(text)',
    text: `create function key_identity(of_prefix text)
returns table (key text, tenant text, user_id text, scopes text[], digest bytea, remaining float8)
language sql stable security definer rows 1
begin atomic
  select k.id::text, k.${name(tenant)}::text, ${maker}, k.scopes, k.digest, extract(epoch from k.expires_at - now())::float8
  from ${name(table)} k
  where k.prefix = of_prefix and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end;`,
  };
}

/** At most once a minute whichever node tells, and never waiting for whoever changes the key. Found by what is unique alone. */
function keyUsed(keys: Keys): Printed {
  return {
    signature: 'key_used(text)',
    text: `create function key_used(of_prefix text) returns void
language sql security definer
begin atomic
  update ${name(keys.table)} k set last_used_at = now()
  where k.prefix = (
    select l.prefix from ${name(keys.table)} l
    where l.prefix = of_prefix and (l.last_used_at is null or l.last_used_at < now() - interval '1 minute')
    for no key update skip locked
  );
end;`,
  };
}
