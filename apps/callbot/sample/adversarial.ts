import { copyInto, type OwnerClient } from 'altiplano';
import { readForcedSecurity, vacuumSchema } from 'altiplano/sample';
import { ADVERSARIAL_SEED, adversarialTables } from './adversarial-tables.ts';
import { DISTRIBUTIONS, type DistributionName } from './distributions.ts';
import { identifiers } from './identifier.ts';

export interface AdversarialWorkspace {
  readonly workspaceId: string;
  readonly adminUserId: string;
  /** A user of role employee, who is the employee of the matching customers. */
  readonly employeeUserId: string;
  readonly employeeId: string;
  readonly labelIds: { readonly rare: string; readonly common: string };
}

/**
 * Adds a workspace for each distribution, `customers` customers in each, to whatever the schema holds; once for each
 * database. Deterministic, times included.
 */
export async function loadAdversarial(
  client: OwnerClient,
  { schema, customers }: { readonly schema: string; readonly customers: number },
): Promise<Record<DistributionName, AdversarialWorkspace>> {
  const tables = adversarialTables(customers);
  await client.query('begin');
  try {
    const forced = await readForcedSecurity(
      client,
      schema,
      tables.map(({ table }) => table),
    );
    for (const { lift } of forced) await client.query(lift);
    for (const { table, columns, rows } of tables) await copyInto(client, { schema, table, columns }, rows());
    // Possible within the transaction: no check of the rows just written is deferred.
    for (const { restore } of forced) await client.query(restore);
    await client.query('commit');
  } catch (failure) {
    // On a lost connection it fails too, and hides nothing: the server has rolled back by itself.
    await client.query('rollback').catch(() => {});
    throw failure;
  }
  await vacuumSchema(client, schema);
  return describeAdversarial();
}

/** Where each distribution is, and who may ask there. */
export function describeAdversarial(): Record<DistributionName, AdversarialWorkspace> {
  const workspaceId = identifiers(ADVERSARIAL_SEED, 'workspace');
  const userId = identifiers(ADVERSARIAL_SEED, 'user');
  const employeeId = identifiers(ADVERSARIAL_SEED, 'employee');
  const labelId = identifiers(ADVERSARIAL_SEED, 'label');
  const describe = (name: DistributionName): AdversarialWorkspace => {
    const index = Object.keys(DISTRIBUTIONS).indexOf(name);
    return {
      workspaceId: workspaceId(index),
      adminUserId: userId(2 * index),
      employeeUserId: userId(2 * index + 1),
      employeeId: employeeId(index),
      labelIds: { rare: labelId(index * 4096), common: labelId(index * 4096 + 1) },
    };
  };
  return {
    oldest: describe('oldest'),
    none: describe('none'),
    'one-value': describe('one-value'),
    'same-instant': describe('same-instant'),
    nulls: describe('nulls'),
    labels: describe('labels'),
    deleted: describe('deleted'),
    texts: describe('texts'),
  };
}
