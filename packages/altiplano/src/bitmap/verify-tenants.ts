import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { inTransaction } from '../keep/transaction.ts';
import type { Fault } from './faults.ts';
import type { RegisteredBitmap } from './registry.ts';
import { namesOf } from './verify-frame.ts';
import { allTenants, checkSegments } from './verify-places.ts';
import { verifySegment } from './verify-segment.ts';

export interface Compared {
  readonly segments: number;
  readonly rows: number;
  readonly faults: readonly Fault[];
}

interface Step {
  readonly next: { readonly segment: string; readonly rows: number } | null;
  readonly found: readonly Fault[];
}

interface Options {
  readonly sample: number | undefined;
  readonly tell: (done: number) => void;
}

export async function verifyTenants(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  block: number,
  { sample, tell }: Options,
): Promise<Compared> {
  if (sample !== undefined) return verifySample(client, bitmap, block, sample, tell);
  const faults: Fault[] = [];
  let [segments, rows] = [0, 0];
  const { rows: tenants } = await client.query<{ tenant: string }>(`${allTenants(bitmap)} order by 1`);
  for (const { tenant } of tenants) {
    const one = await verifyTenant(client, bitmap, block, tenant, (done) => tell(rows + done));
    segments += one.segments;
    rows += one.rows;
    faults.push(...one.faults);
  }
  return { segments, rows, faults };
}

/** Segment by segment; one after another in key order, so that a merge or split meanwhile leaves none out. */
export async function verifyTenant(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  block: number,
  tenant: string,
  tell: (done: number) => void = () => {},
): Promise<Compared> {
  const faults = [...(await verifyLayout(client, bitmap, tenant))];
  let [segments, rows] = [0, 0];
  for (let last: string | null = null; ; segments++) {
    tell(rows);
    const after: string | null = last;
    const one: Step = await inTransaction(client, async () => {
      const next = await nextSegment(client, bitmap, tenant, after);
      const ends = after !== null && next === null;
      return { next, found: ends ? [] : await verifySegment(client, bitmap, tenant, next?.segment ?? null, block) };
    });
    faults.push(...one.found);
    if (one.next === null) return { segments, rows, faults };
    rows += one.next.rows;
    last = one.next.segment;
  }
}

async function verifySample(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  block: number,
  sample: number,
  tell: (done: number) => void,
): Promise<Compared> {
  const { tenant } = namesOf(bitmap);
  const faults: Fault[] = [];
  let rows = 0;
  const { rows: picked } = await client.query<{ tenant: string; segment: string }>(
    `select s.${tenant} as tenant, s.segment::text as segment from ${objectOf(bitmap, '_segment')} s order by random() limit $1`,
    [sample],
  );
  for (const [done, one] of picked.entries()) {
    tell(done);
    faults.push(
      ...(await inTransaction(client, async () => {
        rows += await countPlaces(client, bitmap, one.tenant, one.segment);
        return verifySegment(client, bitmap, one.tenant, one.segment, block);
      })),
    );
  }
  return { segments: picked.length, rows, faults };
}

async function verifyLayout(client: OwnerClient, bitmap: RegisteredBitmap, tenant: string): Promise<readonly Fault[]> {
  const { rows } = await client.query<{ place: string; problem: string }>(checkSegments(bitmap), [tenant]);
  return rows.map(({ place, problem }) => ({
    rule: 'bitmap-segment',
    tenant,
    segment: null,
    problem: `segment ${place}: ${problem}`,
    term: null,
    id: null,
  }));
}

async function nextSegment(client: OwnerClient, bitmap: RegisteredBitmap, tenant: string, after: string | null) {
  const { rows } = await client.query<{ segment: string }>(
    `select s.segment::text as segment from ${objectOf(bitmap, '_segment')} s
     where s.${namesOf(bitmap).tenant} = $1 and ($2::bigint is null or s.segment > $2::bigint)
     order by s.segment limit 1`,
    [tenant, after],
  );
  const segment = rows[0]?.segment;
  return segment === undefined ? null : { segment, rows: await countPlaces(client, bitmap, tenant, segment) };
}

async function countPlaces(client: OwnerClient, bitmap: RegisteredBitmap, tenant: string, segment: string) {
  const { rows } = await client.query<{ rows: number }>(
    `select coalesce(sum(cardinality(b.ids)), 0)::float8 as rows from ${objectOf(bitmap, '_block')} b
     where b.${namesOf(bitmap).tenant} = $1 and b.segment = $2::bigint`,
    [tenant, segment],
  );
  return rows[0]?.rows ?? 0;
}
