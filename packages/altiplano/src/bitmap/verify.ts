import { Failure } from '../errors/failure.ts';
import { type OwnerClient, withOwner } from '../execute/owner.ts';
import type { Finding } from '../keep/finding.ts';
import { titleOf } from '../keep/registered.ts';
import type { Bitmap } from '../resource/bitmap.ts';
import { SIZES } from './ddl/shape.ts';
import { type Fault, findingsOf } from './faults.ts';
import { type RegisteredBitmap, readBitmaps } from './registry.ts';
import { repairFaults } from './repair.ts';
import { estimateRows } from './tenants.ts';
import { verifyTenants } from './verify-tenants.ts';

export interface VerifyOptions {
  /** Only so many segments, picked at random; all of them unless given. */
  readonly sample?: number;
  /** Slots of a block, where its migration was written with others than usual. */
  readonly block?: number;
  /** Makes again what is wrong. */
  readonly repair?: boolean;
  readonly progress?: (step: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

export interface Verified {
  readonly bitmap: string;
  readonly segments: number;
  readonly rows: number;
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
  /** Segments and tenants that were made again, and what is wrong in them even then. */
  readonly repaired: number;
  readonly left: readonly Finding[];
}

/** Faults kept to be shown: where everything is wrong, nobody reads it all. */
const MOST = 10_000;

/**
 * Compares what counts for readers, settled bits with the entries that are not folded, with the terms of the rows: segment
 * by segment, each in one snapshot, so that what is written meanwhile makes no difference.
 * @throws BITMAP_UNBUILT, BITMAP_CHANGED
 */
export async function verifyBitmap(
  url: string,
  schema: string,
  { name, table }: Pick<Bitmap, 'name' | 'table'>,
  options: VerifyOptions = {},
): Promise<Verified> {
  return withOwner(url, async (client) => {
    const kept = (await readBitmaps(client, schema)).find((one) => one.name === name);
    const values = { resource: table, bitmap: `${schema}.${name}`, state: kept?.state ?? '' };
    if (kept === undefined) throw new Failure('BITMAP_CHANGED', { values });
    if (kept.state !== 'ready') throw new Failure('BITMAP_UNBUILT', { values });
    await client.query(SETTINGS);
    return verify(client, kept, options);
  });
}

/** Sorting the terms of a segment's rows takes about 400 MB otherwise written to disk. */
const SETTINGS = `
  set application_name = 'altiplano bitmap verify';
  set statement_timeout = 0;
  set work_mem = '64MB';
  set jit = off`;

async function verify(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  { sample, repair = false, block = SIZES.block, progress = () => {} }: VerifyOptions,
): Promise<Verified> {
  const name = titleOf(bitmap);
  const total = sample ?? (await estimateRows(client, bitmap));
  const tell = (done: number) => progress({ name, done: Math.min(done, total - 1), total });
  const { segments, rows, faults } = await verifyTenants(client, bitmap, block, { sample, tell });
  const mended = repair ? await repairFaults(client, bitmap, block, faults) : { repaired: 0, left: faults };
  progress({ name, done: total, total });
  return {
    bitmap: name,
    segments,
    rows,
    findings: findingsOf(name, faults),
    faults: faults.slice(0, MOST),
    repaired: mended.repaired,
    left: findingsOf(name, mended.left),
  };
}
