import { Failure } from '../../errors/failure.ts';
import { type MigrationSession, value } from '../session.ts';
import type { Step } from './step.ts';
import { underLock } from './under-lock.ts';

export interface Isolation {
  readonly table: string;
  readonly column: string;
  /** The setting the column is compared with; `tenant` unless said otherwise. */
  readonly setting?: 'tenant' | 'caller';
}

const PREFIX = 'altiplano_keep_';
/** No role can have this name: PostgreSQL reserves it. */
const NO_OTHERS = 'none';

/**
 * Row security, forced, with the policies `altiplano.isolate` gives; the roles that keep access get a named policy in
 * the same transaction. Other roles that may use the table would find it empty: until they are named it is refused.
 * Raises MIGR_ROLES.
 */
export function isolate({ table, column, setting = 'tenant' }: Isolation): Step {
  return {
    ...underLock({
      name: `isolate ${table}`,
      tables: [table],
      mode: 'access exclusive',
      done: `coalesce((select relforcerowsecurity from pg_class where oid = to_regclass('${table}')), false)
        and exists (select from pg_policy where polrelid = to_regclass('${table}') and polname = 'altiplano_tenant')`,
      async sql(session) {
        await refuseOthers(session, table);
        const kept = await keptRoles(session);
        return [
          ...kept.map((role) => keep(table, role)),
          `select altiplano.isolate('${table}', '${column}', '${setting}')`,
        ].join(';');
      },
    }),
    check: (session) => refuseOthers(session, table),
  };
}

export function unisolate(table: string): Step {
  return underLock({
    name: `open ${table}`,
    tables: [table],
    mode: 'access exclusive',
    done: `not coalesce((select relrowsecurity from pg_class where oid = to_regclass('${table}')), false)`,
    sql: `alter table ${table} no force row level security, disable row level security;
      do $open$ declare policy name; begin
        for policy in select polname from pg_policy where polrelid = '${table}'::regclass and polname like 'altiplano\\_%' loop
          execute format('drop policy %I on ${table}', policy);
        end loop;
        execute format('revoke all on ${table} from %I', altiplano.app_role());
      end $open$`,
  });
}

const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
const keep = (table: string, role: string) =>
  `create policy ${quoted(PREFIX + role)} on ${table} to ${quoted(role)} using (true) with check (true)`;

/** Those of this run, and those of an earlier one that was interrupted. */
async function keptRoles(session: MigrationSession): Promise<readonly string[]> {
  const earlier = await value<readonly string[]>(
    session,
    `select array(
       select distinct r.rolname::text from pg_policy p
       join pg_class c on c.oid = p.polrelid
       join pg_roles r on r.oid = any (p.polroles)
       where c.relnamespace = current_schema()::regnamespace and starts_with(p.polname, '${PREFIX}'))`,
  );
  return [...new Set([...earlier, ...session.keepRoles.filter((role) => role !== NO_OTHERS)])];
}

async function refuseOthers(session: MigrationSession, table: string): Promise<void> {
  const kept = await keptRoles(session);
  await refuseKept(session, kept);
  if (session.keepRoles.includes(NO_OTHERS)) return;
  const { rows } = await session.client.query<{ role: string }>(OTHERS, [table, kept]);
  if (rows.length === 0) return;
  const roles = rows.map(({ role }) => role);
  const remedy = roles.filter((role) => role !== 'public').map((role) => `--keep-role ${role}`);
  throw new Failure('MIGR_ROLES', {
    values: { roles: roles.join(', '), table, remedy: remedy.join(' ') || '--keep-role NAME' },
  });
}

// The owner counts where somebody else migrates. A member of the migrating role sees what that sees; a grant to public
// is answered by naming a role.
const OTHERS = `
select distinct coalesce(r.rolname, 'public') as role
from pg_class c
cross join lateral (
  select c.relowner as grantee
  union select a.grantee from aclexplode(c.relacl) a where a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
) g
left join pg_roles r on r.oid = g.grantee
where c.oid = to_regclass($1) and case
  when g.grantee = 0 then cardinality($2::text[]) = 0
  when r.rolsuper or r.rolbypassrls or r.rolname = altiplano.app_role() or r.rolname = any ($2) then false
  when pg_has_role(r.oid, current_user, 'usage') then false
  else not exists (select from pg_roles k where k.rolname = any ($2) and pg_has_role(r.oid, k.oid, 'usage'))
end
order by 1`;

/** A policy holds for the members of its role too, and the app's role must not be among them. */
async function refuseKept(session: MigrationSession, kept: readonly string[]): Promise<void> {
  const { rows } = await session.client.query<{ role: string; problem: string }>(
    `select k as role, case when r.oid is null then 'there is no such role' else 'the server''s own role belongs to it' end as problem
     from unnest($1::text[]) k left join pg_roles r on r.rolname = k
     where r.oid is null or pg_has_role(altiplano.app_role(), r.oid, 'usage')`,
    [kept],
  );
  const [wrong] = rows;
  if (wrong !== undefined) throw new Failure('MIGR_ROLE_UNFIT', { values: wrong });
}
