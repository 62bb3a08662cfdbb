import type { JSX } from 'preact';
import type { Live } from '../api/use-live.ts';
import { Loading, TroubleNote } from './notes.tsx';

interface LoadedProps<T> {
  readonly live: Live<T>;
  readonly children: (data: T) => JSX.Element;
}

/** Trouble above what is known; what is known as long as there is any; else that it is being asked for. */
export function Loaded<T>({ live, children }: LoadedProps<T>): JSX.Element {
  const { data, trouble, again } = live;
  return (
    <>
      <TroubleNote trouble={trouble} again={again} />
      {data === null ? trouble === null && <Loading /> : children(data)}
    </>
  );
}
