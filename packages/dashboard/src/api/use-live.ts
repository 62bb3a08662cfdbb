import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask } from './client.ts';
import { ApiTrouble, OFFLINE, type Trouble } from './trouble.ts';

/** The last answer stays when a later one fails: `data` and `trouble` may both be there. */
export interface Live<T> {
  readonly data: T | null;
  readonly trouble: Trouble | null;
  again(): void;
}

interface State<T> {
  readonly path: string;
  readonly data: T | null;
  readonly trouble: Trouble | null;
}

/** Asks at once, and then every so many milliseconds while the page is seen; `every` null asks once. */
export function useLive<T>(path: string, every: number | null): Live<T> {
  const [state, setState] = useState<State<T>>({ path, data: null, trouble: null });
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((last) => last + 1), []);

  useEffect(() => {
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turnOnce = async (): Promise<void> => {
      if (!document.hidden) {
        const next = await settle<T>(path, stopped.signal);
        if (stopped.signal.aborted) return;
        setState((last) => ({
          path,
          data: next.data ?? (last.path === path ? last.data : null),
          trouble: next.trouble,
        }));
      }
      if (every !== null) timer = setTimeout(turnOnce, every);
    };
    void turnOnce();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [path, every, turn]);

  // Of another path is not ours, until ours comes.
  return state.path === path ? { ...state, again } : { data: null, trouble: null, again };
}

async function settle<T>(path: string, signal: AbortSignal): Promise<Omit<State<T>, 'path'>> {
  try {
    return { data: await ask<T>(path, signal), trouble: null };
  } catch (error) {
    return { data: null, trouble: error instanceof ApiTrouble ? error.trouble : OFFLINE };
  }
}
