import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from '../execute/owner.ts';
import type { ReadFoldFigures } from '../observe/fold-figures.ts';
import type { Observe } from '../observe/observation.ts';
import { secondHand } from './beside.ts';
import { type Chore, choresDue } from './chores.ts';
import { FOLDING, tryLock } from './lock.ts';
import { PACE, type Pace } from './pace.ts';
import { type Registered, titleOf } from './registered.ts';
import { isPassing } from './transaction.ts';
import { type FoldedKind, type Memory, remember, type Turn, takeTurn } from './turn.ts';

export interface FolderOptions {
  /** What is folded. */
  readonly kinds: readonly FoldedKind[];
  /** The owner's connection, past any pooler: the lock is the session's. */
  readonly url: string;
  readonly observe?: Observe;
  readonly pace?: Partial<Pace>;
  /** Done beside folding, by the process that folds. */
  readonly chores?: readonly Chore[];
}

export interface Folder {
  readonly figures: ReadFoldFigures;
  /** Finishes the statement under way and lets another process fold. May be called again. */
  stop(): Promise<void>;
}

/** How soon another process takes over, and how soon a lost connection is tried again. */
const ELECTION_MS = 1_000;
const LONGEST_BACKOFF_MS = 5_000;

/**
 * No statement of the folder may keep others waiting, and none may outlive its process: the server looks after a second
 * whether anybody is still there, and gives up on a peer that has been silent for 25.
 */
const SETTINGS = `
  set application_name = 'altiplano folder';
  set statement_timeout = '30s';
  set lock_timeout = '200ms';
  set idle_in_transaction_session_timeout = '30s';
  set client_connection_check_interval = '1s';
  set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`;
/** Beside folding a statement may take longer: nobody waits for it. */
const BESIDE_SETTINGS = `${SETTINGS}; set statement_timeout = '5min'`;

/** Folds everything of these kinds in the database, as the only process that does. No error ends it. */
export function keepFolding({ kinds, url, observe = () => {}, pace = {}, chores = [] }: FolderOptions): Folder {
  const stopping = new AbortController();
  const { signal } = stopping;
  const memories = new Map<string, Memory>();
  const paced = { ...PACE, ...pace };
  const doChores = choresDue(chores, observe);
  const hand = secondHand(url, BESIDE_SETTINGS, observe);
  const done = foldUntilStopped();
  return {
    figures: () => [...memories.values()].map(({ figures }) => figures),
    stop: async () => {
      stopping.abort();
      await Promise.all([done, hand.stop()]);
    },
  };

  async function foldUntilStopped(): Promise<void> {
    let backoff = paced.shortest;
    while (!signal.aborted) {
      try {
        await withSession(async (client) => {
          await becomeLeader(client, signal);
          backoff = paced.shortest;
          await lead(client);
        });
      } catch (error) {
        observe({ kind: 'fold.failed', title: null, problem: textOf(error) });
        await pause(backoff, signal);
        backoff = Math.min(LONGEST_BACKOFF_MS, backoff * 2);
      }
    }
  }

  async function withSession(work: (client: OwnerClient) => Promise<void>): Promise<void> {
    const client = await connectOwner(url);
    try {
      await client.query(SETTINGS);
      await work(client);
    } finally {
      await client.end().catch(() => {});
    }
  }

  async function lead(client: OwnerClient): Promise<void> {
    if (signal.aborted) return;
    observe({ kind: 'folder.leading', leading: true });
    try {
      let wait = paced.shortest;
      while (!signal.aborted) {
        const started = performance.now();
        const folded = await round({
          client,
          beside: hand.beside,
          pace: paced,
          observe,
          stopped: () => signal.aborted,
        });
        await doChores(client);
        // As long as the work took: half a core at most, and the more there is to fold the more of it meets one parent.
        const rest = Math.max(paced.shortest, performance.now() - started);
        wait = Math.min(paced.longest, folded > 0 ? rest : wait * 2);
        await pause(wait, signal);
      }
    } finally {
      memories.clear();
      observe({ kind: 'folder.leading', leading: false });
    }
  }

  /** Everything has its turn; the entries folded in all of it. */
  async function round(turn: Turn): Promise<number> {
    let folded = 0;
    const there = new Set<string>();
    for (const kind of kinds) {
      for (const kept of await kind.read(turn.client)) {
        there.add(`${kind.kind} ${titleOf(kept)}`);
        if (!turn.stopped()) folded += await tryTurn(turn, kind, kept);
      }
    }
    for (const key of memories.keys()) if (!there.has(key)) memories.delete(key);
    return folded;
  }

  /** What fails is told and left until the next look; the others are folded all the same. */
  async function tryTurn(turn: Turn, kind: FoldedKind, kept: Registered): Promise<number> {
    const key = `${kind.kind} ${titleOf(kept)}`;
    const memory = memories.get(key) ?? remember(kind, kept, paced);
    memories.set(key, memory);
    if (performance.now() < memory.suspendedUntil) return 0;
    try {
      return await takeTurn(turn, kind, kept, memory);
    } catch (error) {
      memory.suspendedUntil = performance.now() + paced.longest;
      // A bulk load or a migration holds its tables: no error, only a time to keep away.
      if (!isPassing(error)) {
        memory.figures = { ...memory.figures, errors: memory.figures.errors + 1 };
        observe({ kind: 'fold.failed', title: titleOf(kept), problem: textOf(error) });
      }
      // Fails on a lost connection, which is then everybody's.
      await turn.client.query('rollback');
      return 0;
    }
  }
}

async function becomeLeader(client: OwnerClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await tryLock(client, FOLDING))) await pause(ELECTION_MS, signal);
}

/** Ends early when the folder is told to stop. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
