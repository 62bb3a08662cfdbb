import { foldedBitmaps } from './bitmap/fold-bitmaps.ts';
import { type Folder, type FolderOptions, keepFolding } from './keep/folder.ts';
import { ROLLUPS } from './rollup/fold-rollups.ts';
import { SUMMARIES } from './summary/fold-summaries.ts';

export type { Folder } from './keep/folder.ts';

/** Folds every rollup, summary and bitmap of the database, as the only process that does. */
export function startFolder(options: Omit<FolderOptions, 'kinds'>): Folder {
  return keepFolding({ kinds: [ROLLUPS, SUMMARIES, foldedBitmaps()], ...options });
}
