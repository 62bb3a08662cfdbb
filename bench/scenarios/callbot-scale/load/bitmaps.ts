import { buildBitmaps as build } from 'altiplano/testing';
import { callbot } from '../../../../apps/callbot/app.ts';
import type { Loading } from './phases.ts';

/** What `altiplano bitmap build` does: segment by segment, what the load has not; resumable by itself. */
export async function buildBitmaps({ url, tell }: Loading): Promise<string> {
  const built = await build(url, callbot.schema, { jobs: 2, progress: tell });
  return built
    .map(({ bitmap, rows, milliseconds }) => `${bitmap}: ${rows} rows in ${(milliseconds / 1000).toFixed(1)} s`)
    .join(', ');
}
