import { connectOwner, type OwnerClient } from '../execute/owner.ts';

/** Further connections beside the first, for as long as the work takes. */
export async function withHands<T>(
  client: OwnerClient,
  url: string,
  settings: string,
  jobs: number,
  work: (hands: readonly OwnerClient[]) => Promise<T>,
): Promise<T> {
  const further: OwnerClient[] = [];
  try {
    while (further.length < jobs - 1) {
      const hand = await connectOwner(url);
      further.push(hand);
      await hand.query(settings);
    }
    return await work([client, ...further]);
  } finally {
    for (const hand of further) await hand.end().catch(() => {});
  }
}

/** Unlike `Promise.all` it ends when all have, so that no connection is closed under a statement. */
export async function allOf<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
