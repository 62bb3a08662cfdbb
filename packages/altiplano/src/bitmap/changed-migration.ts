import type { Bitmap } from '../resource/bitmap.ts';
import type { ColumnTypes } from './ddl/shape.ts';
import { bitmapMigration } from './definition.ts';

const DOWN = '-- Down Migration\n';

/**
 * The migration from what the database keeps under these names to what is declared: the old goes, the new comes and is built
 * by `migrate up`, and the way back makes the old again. Where nothing is kept yet, the declared ones alone.
 * @throws DECL_INVALID
 */
export function changedMigration(
  kept: readonly Bitmap[],
  declared: readonly Bitmap[],
  types: Readonly<Record<string, ColumnTypes>>,
): string {
  const [up = '', down = ''] = bitmapMigration(declared, types).split(DOWN);
  if (kept.length === 0) return `${up}${DOWN}${down}`;
  const [header = '', make = ''] = up.split(UP);
  const [, old = '', drop = ''] = bitmapMigration(kept, types).split(new RegExp(`${UP}|${DOWN}`));
  return `${header}-- In place of another definition: nothing is found until it is built again.\n${UP}${drop}\n${make}${DOWN}${down}\n${old.trimEnd()}\n`;
}

const UP = '-- Up Migration\n';
