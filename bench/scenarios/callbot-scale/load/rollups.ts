import { buildRollups as build } from 'altiplano/testing';
import { callbot } from '../../../../apps/callbot/app.ts';
import type { Loading } from './phases.ts';

/** What `altiplano rollup build` does: counts what the load has not; resumable by itself. */
export async function buildRollups({ url, tell }: Loading): Promise<string> {
  const built = await build(url, callbot.schema, { jobs: 2, progress: tell });
  return built
    .map(({ rollup, rows, milliseconds }) => `${rollup}: ${rows} rows in ${(milliseconds / 1000).toFixed(1)} s`)
    .join(', ');
}
