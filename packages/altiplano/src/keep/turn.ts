import type { OwnerClient } from '../execute/owner.ts';
import type { FoldFigures } from '../observe/fold-figures.ts';
import type { Observe } from '../observe/observation.ts';
import type { Beside } from './beside.ts';
import { lockOf, tryLock, unlock } from './lock.ts';
import type { Pace } from './pace.ts';
import { type Appended, type Kind, type Registered, titleOf } from './registered.ts';
import { type Rotation, rotate } from './rotate.ts';
import { settle } from './settle.ts';

export interface Turn {
  readonly client: OwnerClient;
  /** For work that takes longer than folding may stand still. */
  readonly beside: Beside;
  readonly pace: Pace;
  readonly observe: Observe;
  readonly stopped: () => boolean;
}

export interface FoldPass {
  /** Seconds that the oldest entry had waited when the pass began; 0 without any. */
  readonly lag: number;
  readonly rows: number;
  /** Parents or tenants that had a fold. */
  readonly places: number;
  /** A snapshot from before the pass. */
  readonly before: string;
}

/** What the folder has to know of rollups, and of bitmaps. */
export interface FoldedKind<R extends Registered = Registered> {
  readonly kind: Kind;
  /** Those of the database that may be folded. */
  read(client: OwnerClient): Promise<readonly R[]>;
  appended(kept: R): Appended;
  fold(turn: Turn, kept: R): Promise<FoldPass>;
  countUnfolded(turn: Turn, kept: R): Promise<number>;
  /** Work that comes round again: returns the milliseconds until it is due. */
  tend(turn: Turn, kept: R): Promise<number>;
  /** Milliseconds before it is due for the first time. */
  tendsAfter(pace: Pace): number;
}

/** What the folder remembers of one rollup or bitmap; all of it may be lost. */
export interface Memory {
  readonly rotation: Rotation;
  figures: FoldFigures;
  /** Times of `performance.now()`. */
  nextLook: number;
  nextTend: number;
  lastFold: number;
  suspendedUntil: number;
  /** A snapshot whose entries have been through a pass and are not settled yet, and one of the latest pass. */
  before: string | null;
  latest: string | null;
  toldPin: number | null;
}

export function remember(kind: FoldedKind, kept: Registered, pace: Pace): Memory {
  const now = performance.now();
  return {
    rotation: { drained: null, pin: null },
    figures: { kind: kind.kind, title: titleOf(kept), lag: 0, unfolded: 0, folds: 0, folded: 0, errors: 0 },
    nextLook: now,
    nextTend: now + kind.tendsAfter(pace),
    lastFold: now,
    suspendedUntil: now,
    before: null,
    latest: null,
    toldPin: null,
  };
}

/** One turn: a pass, and what is due beside it. Returns the entries folded; nothing while a build has its lock. */
export async function takeTurn(turn: Turn, kind: FoldedKind, kept: Registered, memory: Memory): Promise<number> {
  const lock = lockOf(kind.kind, kept);
  if (!(await tryLock(turn.client, lock))) return 0;
  try {
    const folded = await fold(turn, kind, kept, memory);
    if (performance.now() >= memory.nextLook) await look(turn, kind, kept, memory);
    if (performance.now() >= memory.nextTend) memory.nextTend = performance.now() + (await kind.tend(turn, kept));
    return folded;
  } finally {
    // On a lost connection it fails too; the lock went with the session.
    await unlock(turn.client, lock).catch(() => {});
  }
}

async function fold(turn: Turn, kind: FoldedKind, kept: Registered, memory: Memory): Promise<number> {
  const started = performance.now();
  const { lag, rows, places, before } = await kind.fold(turn, kept);
  const { folds, folded } = memory.figures;
  memory.figures = { ...memory.figures, lag };
  if (rows === 0) return 0;
  memory.figures = { ...memory.figures, folds: folds + 1, folded: folded + rows };
  memory.latest = before;
  memory.lastFold = performance.now();
  const milliseconds = memory.lastFold - started;
  turn.observe({ kind: 'fold.passed', title: titleOf(kept), rows, places, milliseconds });
  return rows;
}

async function look(turn: Turn, kind: FoldedKind, kept: Registered, memory: Memory): Promise<void> {
  const { client, pace } = turn;
  const appended = kind.appended(kept);
  memory.nextLook = performance.now() + pace.look;
  if (memory.before === null) [memory.before, memory.latest] = [memory.latest, null];
  // Where somebody holds a place, or a pass left what was young, it is settled at a later look.
  if (memory.before !== null && (await settle(client, appended, memory.before))) memory.before = null;
  memory.figures = { ...memory.figures, unfolded: await kind.countUnfolded(turn, kept) };
  const idle = performance.now() - memory.lastFold >= pace.idle;
  await rotate(client, appended, memory.rotation, { bytes: idle ? 0 : pace.bytes });
  tellPin(turn, kept, memory);
}

/** Once for each session that pins: it may stay for hours. */
function tellPin({ observe }: Turn, kept: Registered, memory: Memory): void {
  const { pin } = memory.rotation;
  const told = pin === null ? null : (pin.pid ?? 0);
  if (pin !== null && told !== memory.toldPin && pin.age >= PINNED_SECONDS)
    observe({ kind: 'fold.pinned', title: titleOf(kept), ...pin });
  if (pin === null || pin.age >= PINNED_SECONDS) memory.toldPin = told;
}

/** A transaction of a few seconds is everyday life. */
const PINNED_SECONDS = 60;
