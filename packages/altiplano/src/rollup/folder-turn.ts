import type { OwnerClient } from '../execute/owner.ts';
import type { Observe } from '../observe/observation.ts';
import type { RollupFigures } from '../observe/rollup-figures.ts';
import { foldPass } from './fold-pass.ts';
import { lockOf, tryLock, unlock } from './lock.ts';
import { measure } from './measure.ts';
import { type RegisteredRollup, titleOf } from './registry.ts';
import { type Rotation, rotate } from './rotate.ts';
import { settle } from './settle.ts';
import { sweep } from './sweep.ts';

/** When the folder does what, in milliseconds unless said otherwise. */
export interface Pace {
  /** Between two rounds with work, and at most without. */
  readonly shortest: number;
  readonly longest: number;
  /** Between two looks over the delta tables: settling, rotation, the count of what waits. */
  readonly look: number;
  /** Bytes of the written delta table at which it is changed for the other. */
  readonly bytes: number;
  /** Without a delta for so long, a table with rows is changed however small. */
  readonly idle: number;
  /** Before the first batch of a sweep. */
  readonly sweep: number;
}

export const PACE: Pace = {
  shortest: 50,
  longest: 1_000,
  look: 1_000,
  bytes: 16 * 1024 * 1024,
  idle: 60_000,
  sweep: 60_000,
};

/** What the folder remembers of one rollup; all of it may be lost. */
export interface Memory {
  readonly rotation: Rotation;
  figures: RollupFigures;
  /** Times of `performance.now()`. */
  nextLook: number;
  nextSweep: number;
  lastFold: number;
  suspendedUntil: number;
  /** A snapshot whose deltas have been through a pass and are not settled yet. */
  before: string | null;
  toldPin: number | null;
}

export function remember(rollup: RegisteredRollup, pace: Pace): Memory {
  const now = performance.now();
  return {
    rotation: { drained: null, pin: null },
    figures: { rollup: titleOf(rollup), lag: 0, unfolded: 0, folds: 0, folded: 0, errors: 0 },
    nextLook: now,
    nextSweep: now + pace.sweep * (0.5 + Math.random()),
    lastFold: now,
    suspendedUntil: now,
    before: null,
    toldPin: null,
  };
}

export interface Turn {
  readonly client: OwnerClient;
  readonly pace: Pace;
  readonly observe: Observe;
  readonly stopped: () => boolean;
}

/** One rollup's turn: a pass, and what is due beside it. Returns the rows folded; nothing while a build has the rollup. */
export async function takeTurn(turn: Turn, rollup: RegisteredRollup, memory: Memory): Promise<number> {
  const lock = lockOf(titleOf(rollup));
  if (!(await tryLock(turn.client, lock))) return 0;
  try {
    const folded = await fold(turn, rollup, memory);
    if (performance.now() >= memory.nextLook) await look(turn, rollup, memory);
    if (performance.now() >= memory.nextSweep)
      memory.nextSweep = performance.now() + (await sweep(turn.client, rollup));
    return folded;
  } finally {
    // On a lost connection it fails too; the lock went with the session.
    await unlock(turn.client, lock).catch(() => {});
  }
}

async function fold({ client, observe, stopped }: Turn, rollup: RegisteredRollup, memory: Memory): Promise<number> {
  const started = performance.now();
  const { lag, rows, parents, before } = await foldPass(client, rollup, stopped);
  const { folds, folded } = memory.figures;
  memory.figures = { ...memory.figures, lag };
  if (rows === 0) return 0;
  memory.figures = { ...memory.figures, folds: folds + 1, folded: folded + rows };
  memory.before = before;
  memory.lastFold = performance.now();
  observe({ kind: 'rollup.folded', rollup: titleOf(rollup), rows, parents, milliseconds: memory.lastFold - started });
  return rows;
}

async function look(turn: Turn, rollup: RegisteredRollup, memory: Memory): Promise<void> {
  const { client, pace } = turn;
  memory.nextLook = performance.now() + pace.look;
  // Where a writer holds a parent, what is left is settled at a later look.
  if (memory.before !== null && (await settle(client, rollup, memory.before))) memory.before = null;
  memory.figures = { ...memory.figures, unfolded: (await measure(client, rollup)).unfolded };
  const idle = performance.now() - memory.lastFold >= pace.idle;
  await rotate(client, rollup, memory.rotation, { bytes: idle ? 0 : pace.bytes });
  tellPin(turn, rollup, memory);
}

/** Once for each session that pins: it may stay for hours. */
function tellPin({ observe }: Turn, rollup: RegisteredRollup, memory: Memory): void {
  const { pin } = memory.rotation;
  const told = pin === null ? null : (pin.pid ?? 0);
  if (pin !== null && told !== memory.toldPin && pin.age >= PINNED_SECONDS)
    observe({ kind: 'rollup.pinned', rollup: titleOf(rollup), ...pin });
  if (pin === null || pin.age >= PINNED_SECONDS) memory.toldPin = told;
}

/** A transaction of a few seconds is everyday life. */
const PINNED_SECONDS = 60;
