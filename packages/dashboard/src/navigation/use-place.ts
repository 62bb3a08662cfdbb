import { useEffect, useState } from 'preact/hooks';
import { type Place, parsePlace, printPlace } from './place.ts';

export function usePlace(): Place {
  const [place, setPlace] = useState(() => parsePlace(location.hash));
  useEffect(() => {
    const read = () => setPlace(parsePlace(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return place;
}

export function go(place: Partial<Place>): void {
  location.hash = printPlace(place);
}

/** Without an entry of its own in the history: each letter typed into a filter would be one. */
export function adjust(place: Partial<Place>): void {
  history.replaceState(null, '', printPlace(place));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
