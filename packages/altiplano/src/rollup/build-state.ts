import type { OwnerClient } from '../execute/owner.ts';
import { beginBuild } from '../keep/build-state.ts';
import { objectOf } from '../keep/registered.ts';
import type { Key } from './ranges.ts';
import { deltasOf, type RegisteredRollup } from './registry.ts';

/** The registry's columns that say how far a build has come. */
export const CURSOR = ['cursor_tenant', 'cursor_parent'];

export function begin(client: OwnerClient, rollup: RegisteredRollup): Promise<void> {
  const settled = rollup.orders.length > 0 ? [objectOf(rollup, '_settled')] : [];
  const tables = [objectOf(rollup), ...deltasOf(rollup), ...settled];
  return beginBuild(client, 'rollup', rollup, tables, [...CURSOR, 'sweep_tenant', 'sweep_parent']);
}

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

/** Every live parent has a row now, and triggers see to it from here on. */
export async function noteRanked(client: OwnerClient, { schema, name }: RegisteredRollup): Promise<void> {
  await client.query('update altiplano.rollup set ranked = true where schema_name = $1 and name = $2', [schema, name]);
}
