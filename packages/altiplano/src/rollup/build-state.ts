import type { OwnerClient } from '../execute/owner.ts';
import type { Key } from './ranges.ts';
import { deltasOf, objectOf, type RegisteredRollup } from './registry.ts';
import { inTransaction, retried } from './transaction.ts';

/** Empties the tables, since what is in them may come from another cluster, or from before a bulk load. */
export async function begin(client: OwnerClient, rollup: RegisteredRollup): Promise<void> {
  const tables = [objectOf(rollup), ...deltasOf(rollup)].join(', ');
  await retried(BEGIN_ATTEMPTS, () =>
    inTransaction(
      client,
      async () => {
        // Writers wait behind this lock while it waits: not for long, but often.
        await client.query("set local lock_timeout = '100ms'");
        await client.query(`lock table ${tables} in access exclusive mode`);
        await client.query(`truncate ${tables}`);
        await client.query(
          `update altiplano.rollup
           set state = 'building', cursor_tenant = null, cursor_parent = null, built_rows = 0,
             folded = null, folded_at = null, last_fold_xid = null, sweep_tenant = null, sweep_parent = null,
             system_identifier = (select system_identifier from pg_control_system())
           where schema_name = $1 and name = $2`,
          [rollup.schema, rollup.name],
        );
      },
      'begin',
    ),
  );
}

/** With at most a second and a half between them: some minutes. */
const BEGIN_ATTEMPTS = 200;

export async function readCursor(client: OwnerClient, { schema, name }: RegisteredRollup) {
  const { rows } = await client.query<{ tenant: string | null; parent: string | null; rows: string }>(
    `select cursor_tenant as tenant, cursor_parent as parent, built_rows as rows from altiplano.rollup
     where schema_name = $1 and name = $2`,
    [schema, name],
  );
  const { tenant, parent, rows: written } = rows[0] ?? { tenant: null, parent: null, rows: 0 };
  const key: Key | null = tenant === null || parent === null ? null : { tenant, parent };
  return { key, rows: Number(written) };
}

export async function writeCursor(client: OwnerClient, { schema, name }: RegisteredRollup, key: Key, rows: number) {
  await client.query(
    `update altiplano.rollup set cursor_tenant = $3, cursor_parent = $4, built_rows = $5
     where schema_name = $1 and name = $2 and state = 'building'`,
    [schema, name, key.tenant, key.parent, rows],
  );
}

/** False when somebody has marked it as unbuilt since the build began. */
export async function finish(client: OwnerClient, { schema, name }: RegisteredRollup): Promise<boolean> {
  const { rowCount } = await client.query(
    `update altiplano.rollup set state = 'ready', cursor_tenant = null, cursor_parent = null
     where schema_name = $1 and name = $2 and state = 'building'`,
    [schema, name],
  );
  return rowCount === 1;
}
