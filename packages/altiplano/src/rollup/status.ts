import type { OwnerClient } from '../execute/owner.ts';
import { type FolderSession, readFolder } from '../keep/folder-session.ts';
import { type NotedFold, readNotedFold } from '../keep/horizon.ts';
import { titleOf } from '../keep/registered.ts';
import type { Waiting } from '../keep/waiting.ts';
import { measure, measureSizes, type Sizes } from './measure.ts';
import { type RegisteredRollup, readRollups } from './registry.ts';

export interface RollupStatus
  extends Waiting,
    NotedFold,
    Pick<RegisteredRollup, 'schema' | 'name' | 'state' | 'generation' | 'definition'> {
  readonly rollup: string;
  readonly sizes: Sizes;
}

export interface Status {
  readonly folder: FolderSession | null;
  readonly rollups: readonly RollupStatus[];
}

export async function readStatus(client: OwnerClient, schemas: readonly string[]): Promise<Status> {
  const rollups: RollupStatus[] = [];
  for (const rollup of await readRollups(client, null)) {
    if (schemas.includes(rollup.schema)) rollups.push(await readOne(client, rollup));
  }
  return { folder: await readFolder(client), rollups };
}

async function readOne(client: OwnerClient, rollup: RegisteredRollup): Promise<RollupStatus> {
  const measured = await measure(client, rollup);
  const sizes = await measureSizes(client, rollup);
  const noted = await readNotedFold(client, 'rollup', rollup);
  return { ...rollup, rollup: titleOf(rollup), ...measured, sizes, ...noted };
}
