import { type Filter, NO_FILTER } from '../requests/filter.ts';

export const VIEWS = ['requests', 'shapes', 'routes', 'advice', 'plan', 'health'] as const;
export type View = (typeof VIEWS)[number];

/** Where in the page one is; all of it stands behind the `#` of the address, so that any place can be sent to somebody. */
export interface Place {
  readonly view: View;
  /** Of a request; the shape or route that is open. */
  readonly id: string | null;
  /** Of a query of that request. */
  readonly ordinal: number | null;
  readonly filter: Filter;
}

export const START: Place = { view: 'requests', id: null, ordinal: null, filter: NO_FILTER };

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, id, , ordinal] = path.split('/').map(decode);
  const known = VIEWS.find((each) => each === view) ?? 'requests';
  const asked = new URLSearchParams(search);
  return {
    view: known,
    id: id === undefined || id === '' ? null : id,
    ordinal: known === 'requests' && ordinal !== undefined && /^\d{1,6}$/.test(ordinal) ? Number(ordinal) : null,
    filter: {
      text: asked.get('text') ?? '',
      route: asked.get('route') ?? '',
      status: asked.get('status') ?? '',
      verdict: asked.get('verdict') ?? '',
    },
  };
}

export function printPlace({ view, id = null, ordinal = null, filter = NO_FILTER }: Partial<Place>): string {
  const path = [view ?? 'requests', ...(id === null ? [] : [encodeURIComponent(id)])];
  if (id !== null && ordinal !== null) path.push('queries', String(ordinal));
  const search = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();
  return `#/${path.join('/')}${search === '' ? '' : `?${search}`}`;
}

/** What Escape leads to; null at the top. */
export function above(place: Place): Place | null {
  if (place.ordinal !== null) return { ...place, ordinal: null };
  if (place.id !== null) return { ...place, id: null };
  return null;
}

/** A half-typed escape is read as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
