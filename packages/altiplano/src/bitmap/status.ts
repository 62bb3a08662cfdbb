import type { OwnerClient } from '../execute/owner.ts';
import { type FolderSession, readFolder } from '../keep/folder-session.ts';
import { type NotedFold, readNotedFold } from '../keep/horizon.ts';
import { titleOf } from '../keep/registered.ts';
import { measureWaiting, type Waiting } from '../keep/waiting.ts';
import { measureSizes, measureTenants, type Sizes, type TenantSize } from './measure.ts';
import { appendedOf, type RegisteredBitmap, readBitmaps, tailsOf } from './registry.ts';

export interface BitmapStatus
  extends Waiting,
    NotedFold,
    Pick<RegisteredBitmap, 'schema' | 'name' | 'state' | 'generation' | 'definition'> {
  readonly bitmap: string;
  /** Entries of the tail that are folded and wait for nobody to read as of before. */
  readonly consumed: number;
  readonly sizes: Sizes;
  /** Those with the most rows. */
  readonly largest: readonly TenantSize[];
}

export interface Status {
  readonly folder: FolderSession | null;
  readonly bitmaps: readonly BitmapStatus[];
}

export async function readStatus(client: OwnerClient, schemas: readonly string[]): Promise<Status> {
  const bitmaps: BitmapStatus[] = [];
  for (const bitmap of await readBitmaps(client, null)) {
    if (schemas.includes(bitmap.schema)) bitmaps.push(await readOne(client, bitmap));
  }
  return { folder: await readFolder(client), bitmaps };
}

async function readOne(client: OwnerClient, bitmap: RegisteredBitmap): Promise<BitmapStatus> {
  const waiting = await measureWaiting(client, appendedOf(bitmap));
  const entries = await countEntries(client, bitmap);
  return {
    ...bitmap,
    bitmap: titleOf(bitmap),
    ...waiting,
    // Another snapshot than the other count: what was written in between is not consumed.
    consumed: Math.max(0, entries - waiting.unfolded),
    sizes: await measureSizes(client, bitmap),
    largest: await measureTenants(client, bitmap),
    ...(await readNotedFold(client, 'bitmap', bitmap)),
  };
}

async function countEntries(client: OwnerClient, bitmap: RegisteredBitmap): Promise<number> {
  const [zero, one] = tailsOf(bitmap);
  const { rows } = await client.query<{ entries: number }>(
    `select ((select count(*) from ${zero}) + (select count(*) from ${one}))::float8 as entries`,
  );
  return rows[0]?.entries ?? 0;
}
