import { connectOwner, type OwnerClient } from '../execute/owner.ts';
import type { Observe } from '../observe/observation.ts';
import { isPassing } from './transaction.ts';

/**
 * Work for the folder's second connection. Null while something else runs there: it is offered again at another look.
 * Otherwise a promise that is kept when the work is over, however it ends.
 */
export type Beside = (title: string, work: (client: OwnerClient) => Promise<void>) => Promise<void> | null;

export interface SecondHand {
  readonly beside: Beside;
  /** Breaks off what runs: its transaction never was. */
  stop(): Promise<void>;
}

/** A connection of its own for each piece of work: there are minutes between two of them, or hours. */
export function secondHand(url: string, settings: string, observe: Observe): SecondHand {
  let running: Promise<void> | null = null;
  let client: OwnerClient | null = null;
  let stopped = false;

  async function run(title: string, work: (client: OwnerClient) => Promise<void>): Promise<void> {
    try {
      client = await connectOwner(url);
      await client.query(settings);
      if (!stopped) await work(client);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (!stopped && !isPassing(error)) observe({ kind: 'fold.failed', title, problem });
    } finally {
      await client?.end().catch(() => {});
      client = null;
      running = null;
    }
  }

  return {
    beside: (title, work) => {
      if (running !== null || stopped) return null;
      running = run(title, work);
      return running;
    },
    stop: async () => {
      stopped = true;
      await client?.end().catch(() => {});
      await running;
    },
  };
}
