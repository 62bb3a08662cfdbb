import type { FoldedKind } from '../keep/turn.ts';
import { foldPass } from './fold-pass.ts';
import { measure } from './measure.ts';
import { type RegisteredRollup, readRollups } from './registry.ts';
import { sweep } from './sweep.ts';
import { appendedOf } from './unfolded.ts';

/** Rollups, for the folder. */
export const ROLLUPS: FoldedKind<RegisteredRollup> = {
  kind: 'rollup',
  read: (client) => readRollups(client, null),
  appended: appendedOf,
  fold: ({ client, stopped }, rollup) => foldPass(client, rollup, stopped),
  countUnfolded: async ({ client }, rollup) => (await measure(client, rollup)).unfolded,
  tend: ({ client }, rollup) => sweep(client, rollup),
  // Jitter: rollups that were made together are not swept together.
  tendsAfter: ({ sweep: first }) => first * (0.5 + Math.random()),
};
