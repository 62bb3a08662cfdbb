import { readFileSync } from 'node:fs';
import type { OwnerClient } from 'altiplano';
import type { Volume } from '../volume.ts';

export const sqlFile = (name: string): string => readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8');

/** Rows of both workspaces together. */
export const allCustomers = ({ customers, every }: Volume): number => customers + Math.floor(customers / every);
export const allCalls = ({ calls, every }: Volume): number => calls + Math.floor(calls / every);

/** The volume as functions without parameters, which are inlined, and what is computed from it. */
export async function createGenerators(client: OwnerClient, volume: Volume): Promise<void> {
  const whole = { customers: volume.customers, every: volume.every, calls: volume.calls, step: stepOf(volume) };
  for (const [name, value] of Object.entries(whole)) {
    await client.query(
      `create function bench.${name}() returns bigint language sql immutable parallel safe return ${value}`,
    );
  }
  const { rows } = await client.query("select date_trunc('day', now(), 'UTC')::text as anchor");
  const anchor = client.escapeLiteral(rows[0].anchor);
  await client.query(
    `create function bench.anchor() returns timestamptz language sql immutable parallel safe return ${anchor}::timestamptz`,
  );
  await client.query(sqlFile('world'));
}

/** Multiples of it visit every customer of either workspace once, in an order that has nothing to do with age. */
function stepOf({ customers }: Volume): number {
  let step = Math.max(1, Math.floor(customers * 0.618));
  while (divisor(step, customers) !== 1) step += 1;
  return step;
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
