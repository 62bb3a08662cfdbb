import type { OwnerClient } from '../execute/owner.ts';
import { allOf, withHands } from '../keep/hands.ts';
import { objectOf, titleOf } from '../keep/registered.ts';
import { retried } from '../keep/transaction.ts';
import { name as quoted } from '../sql/text.ts';
import { BUILD_SETTINGS, type BuildOptions } from './build.ts';
import type { RegisteredBitmap } from './registry.ts';
import { countRows, estimateRows, readSourceTenants, readUnbuiltTenants } from './tenants.ts';

/** A fold that a writer does itself is over within seconds. */
const ATTEMPTS = 10;

/** Builds what is missing of every tenant, `jobs` tenants at a time; returns the rows that all segments hold. */
export async function buildTenants(
  client: OwnerClient,
  url: string,
  bitmap: RegisteredBitmap,
  { jobs = 1, progress = () => {} }: BuildOptions,
): Promise<number> {
  const total = await estimateRows(client, bitmap);
  let rows = await countRows(client, bitmap);
  const add = (more: number) => {
    rows += more;
    progress({ name: titleOf(bitmap), done: Math.min(rows, total - 1), total });
  };
  add(0);
  await withHands(client, url, BUILD_SETTINGS, jobs, async (hands) => {
    const first = await readSourceTenants(client, bitmap, await readCursor(client, bitmap));
    await buildAll(hands, bitmap, first, add, (upto) => writeCursor(client, bitmap, upto, rows));
    // Tenants that came meanwhile; each is tried once.
    for (const seen = new Set(first); ; ) {
      const left = (await readUnbuiltTenants(client, bitmap)).filter((tenant) => !seen.has(tenant));
      if (left.length === 0) return;
      for (const tenant of left) seen.add(tenant);
      await buildAll(hands, bitmap, left, add, async () => {});
    }
  });
  progress({ name: titleOf(bitmap), done: total, total });
  return rows;
}

/** Whoever is free takes the next tenant; `note` hears of the last one before which all are built. */
async function buildAll(
  hands: readonly OwnerClient[],
  bitmap: RegisteredBitmap,
  tenants: readonly string[],
  add: (rows: number) => void,
  note: (upto: string) => Promise<unknown>,
): Promise<void> {
  const built = new Set<number>();
  let [next, complete] = [0, 0];
  const work = async (hand: OwnerClient) => {
    for (let place = next++; place < tenants.length; place = next++) {
      await buildTenant(hand, bitmap, tenants[place] ?? '', add);
      built.add(place);
      const before = complete;
      while (built.has(complete)) complete++;
      const upto = tenants[complete - 1];
      if (complete > before && upto !== undefined) await note(upto);
    }
  };
  await allOf(hands.map(work));
}

/** Segment by segment, each in a statement of its own: a kill loses one of them. */
async function buildTenant(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  tenant: string,
  add: (rows: number) => void,
): Promise<void> {
  const ofTenant = `b.${quoted(bitmap.definition.tenant)} = $1`;
  const block = objectOf(bitmap, '_block');
  for (let last = await lastSegment(client, bitmap, tenant), more = true; more; ) {
    const built = () => client.query<{ more: boolean }>(`select ${objectOf(bitmap, '_build')}($1) as more`, [tenant]);
    more = (await retried(ATTEMPTS, built)).rows[0]?.more ?? false;
    const { rows } = await client.query<{ rows: number; last: string }>(
      `select coalesce(sum(cardinality(b.ids)), 0)::float8 as rows, coalesce(max(b.segment), $2)::text as last
       from ${block} b where ${ofTenant} and b.segment > $2::bigint`,
      [tenant, last],
    );
    last = rows[0]?.last ?? last;
    add(rows[0]?.rows ?? 0);
  }
}

const BEFORE_ALL = '-9223372036854775808';

async function lastSegment(client: OwnerClient, bitmap: RegisteredBitmap, tenant: string): Promise<string> {
  const { rows } = await client.query<{ last: string | null }>(
    `select max(s.segment)::text as last from ${objectOf(bitmap, '_segment')} s where s.${quoted(bitmap.definition.tenant)} = $1`,
    [tenant],
  );
  return rows[0]?.last ?? BEFORE_ALL;
}

async function readCursor(client: OwnerClient, { schema, name }: RegisteredBitmap): Promise<string | null> {
  const { rows } = await client.query<{ tenant: string | null }>(
    'select cursor_tenant as tenant from altiplano.bitmap where schema_name = $1 and name = $2',
    [schema, name],
  );
  return rows[0]?.tenant ?? null;
}

async function writeCursor(client: OwnerClient, { schema, name }: RegisteredBitmap, tenant: string, rows: number) {
  await client.query(
    `update altiplano.bitmap set cursor_tenant = $3, built_rows = $4
     where schema_name = $1 and name = $2 and state = 'building'`,
    [schema, name, tenant, rows],
  );
}
