import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/client.ts';
import { ApiTrouble, OFFLINE, type Trouble } from '../api/trouble.ts';
import type { RequestList } from '../api/types.ts';
import { append, type Lines, NO_LINES } from './lines.ts';

export interface Feed extends Lines {
  readonly trouble: Trouble | null;
  /** Whether the server has answered once. */
  readonly answered: boolean;
  readonly paused: boolean;
}

const EVERY_MS = 1000;
const LIMIT = 1000;

let feed: Feed = { ...NO_LINES, trouble: null, answered: false, paused: false };
const listeners = new Set<(feed: Feed) => void>();
let stop: AbortController | null = null;

function change(next: Partial<Feed>): void {
  const changed = Object.entries(next).some(([key, value]) => feed[key as keyof Feed] !== value);
  if (!changed) return;
  feed = { ...feed, ...next };
  for (const listener of listeners) listener(feed);
}

/** The list of requests outlives the view of it: coming back from a request finds it as it was. */
export function useFeed(): Feed {
  const [shown, setShown] = useState(feed);
  useEffect(() => {
    listeners.add(setShown);
    setShown(feed);
    return () => void listeners.delete(setShown);
  }, []);
  return shown;
}

export const pauseFeed = (paused = !feed.paused): void => change({ paused });

/** Asks from now on, with the token there is now; what an earlier one was shown is forgotten with `fresh`. */
export function startFeed(fresh = false): void {
  stop?.abort();
  stop = new AbortController();
  if (fresh) change({ ...NO_LINES, trouble: null, answered: false });
  void follow(stop.signal);
}

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const more = !feed.paused && !document.hidden && (await askOnce(signal));
    if (!more) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** Whether there is more to be had at once. */
async function askOnce(signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await ask<RequestList>(`requests?after=${feed.last}&limit=${LIMIT}`, signal);
    if (signal.aborted) return false;
    const begun = feed.last;
    change({ ...append(feed, answer), trouble: null, answered: true });
    return feed.last < begun || (answer.requests.length > 0 && feed.last < answer.last);
  } catch (error) {
    if (!signal.aborted) change({ trouble: error instanceof ApiTrouble ? error.trouble : OFFLINE });
    return false;
  }
}
