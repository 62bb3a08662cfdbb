import type { OwnerClient } from '../execute/owner.ts';
import { type Kind, type Registered, registryOf } from './registered.ts';
import { inTransaction, retried } from './transaction.ts';

/** With at most a second and a half between them: some minutes. */
const BEGIN_ATTEMPTS = 200;

/**
 * Empties the tables, since what is in them may come from another cluster, or from before a bulk load. `places` are the
 * registry's columns that say how far something has come.
 */
export async function beginBuild(
  client: OwnerClient,
  kind: Kind,
  { schema, name }: Registered,
  tables: readonly string[],
  places: readonly string[],
): Promise<void> {
  const all = tables.join(', ');
  await retried(BEGIN_ATTEMPTS, () =>
    inTransaction(
      client,
      async () => {
        // Writers wait behind this lock while it waits: not for long, but often.
        await client.query("set local lock_timeout = '100ms'");
        await client.query(`lock table ${all} in access exclusive mode`);
        await client.query(`truncate ${all}`);
        await client.query(
          `update ${registryOf(kind)}
           set state = 'building', built_rows = 0, folded = null, folded_at = null, last_fold_xid = null,${places
             .map(
               (place) => `
             ${place} = null,`,
             )
             .join('')}
             system_identifier = (select system_identifier from pg_control_system())
           where schema_name = $1 and name = $2`,
          [schema, name],
        );
      },
      'begin',
    ),
  );
}

/** False when somebody has marked it as unbuilt since the build began. */
export async function finishBuild(
  client: OwnerClient,
  kind: Kind,
  { schema, name }: Registered,
  places: readonly string[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update ${registryOf(kind)} set state = 'ready'${places.map((place) => `, ${place} = null`).join('')}
     where schema_name = $1 and name = $2 and state = 'building'`,
    [schema, name],
  );
  return rowCount === 1;
}
