import type { ChosenOrder } from '../resource/ordering.ts';
import type { Resource } from '../resource/resource.ts';
import { decodeCursor } from './cursor.ts';
import { defaultOrder, rankOrder, readOrder } from './order.ts';
import { readNumbered } from './page-number.ts';
import type { CountKind, PageNumber, Position } from './request.ts';
import { type Reading, readPageSize } from './values.ts';

const PAGING_PARAMETERS = ['order', 'cursor', 'page_size', 'count', 'limit', 'offset'] as const;
type PagingParameter = (typeof PAGING_PARAMETERS)[number];

/** `order` is one where there is anything to choose from. */
export function pagingParameters({ envelope, orders }: Resource): readonly string[] {
  const ordered = Object.keys(orders).length > 0;
  if (envelope.kind === 'numbered')
    return [...(ordered ? ['order'] : []), envelope.parameters.page, envelope.parameters.size];
  const counting = envelope.counted ? [] : ['count', 'limit', 'offset'];
  return PAGING_PARAMETERS.filter((one) => (one === 'order' ? ordered : !counting.includes(one)));
}

/** Which rows of a list are shown, and what is said of their number. */
export interface Paging {
  readonly order: ChosenOrder;
  readonly position: Position | null;
  readonly size: number;
  readonly offset: number | null;
  readonly number: PageNumber | null;
  readonly count: CountKind;
}

/** Notes what is wrong with a parameter; what is right comes back. */
export type Note = <T>(parameter: string, reading: Reading<T>) => T | undefined;

/**
 * What the parameters given ask for; old clients' `limit` and `offset` are answered with an exact count.
 * @param ranked a search that ranks what it finds: without another order, the best come first
 */
export function readPaging(resource: Resource, given: ReadonlyMap<string, string>, note: Note, ranked = false): Paging {
  const usual = ranked ? rankOrder(resource) : defaultOrder(resource);
  const { page, envelope } = resource;
  const { size, most } = page;
  const read = <T>(parameter: PagingParameter, reader: (text: string) => Reading<T>): T | undefined => {
    const text = given.get(parameter);
    return text === undefined ? undefined : note(parameter, reader(text));
  };
  // What is wrong with the order is said once: no cursor can belong to an order there is not.
  const order = given.has('order') ? read('order', (text) => readOrder(resource, text)) : usual;
  const chosen = order ?? usual;
  if (envelope.kind === 'numbered') return { ...readNumbered(resource, envelope, given, note), order: chosen };
  const position = (order && read('cursor', (text) => readCursor(resource, order, text))) ?? null;
  const pageSize = read('page_size', (text) => readPageSize(text, most)) ?? size;
  const count = read('count', readCount) ?? 'none';
  const limit = read('limit', (text) => readPageSize(text, most)) ?? size;
  const offset = read('offset', readOffset) ?? 0;
  const isGiven = (parameter: PagingParameter) => given.has(parameter);
  const old = (['limit', 'offset'] as const).filter(isGiven);
  if (old.length === 0) return { order: chosen, position, size: pageSize, offset: null, number: null, count };
  const current = (['cursor', 'page_size'] as const).filter(isGiven);
  if (current.length > 0) for (const parameter of old) note(parameter, { message: clash(parameter, current) });
  return { order: chosen, position: null, size: limit, offset, number: null, count: 'exact' };
}

function clash(parameter: string, current: readonly string[]): string {
  return `Not together with ${current.join(' and ')}: leave ${parameter} out; a page is asked for by cursor and page_size, or in the old way by limit and offset.`;
}

function readCursor(resource: Resource, order: ChosenOrder, text: string): Reading<Position> {
  const position = decodeCursor(resource, text, order.columns);
  if (position !== null) return { value: position };
  return {
    message:
      'Not a cursor of this list in this order. Follow `next` and `previous` of a page, or leave it out to start over.',
  };
}

function readCount(text: string): Reading<CountKind> {
  if (text === 'exact' || text === 'estimated') return { value: text };
  return { message: 'Must be exact or estimated.' };
}

/** A whole number; what no table holds is taken as the most that is counted exactly here. */
function readOffset(text: string): Reading<number> {
  if (!/^\d+$/.test(text)) return { message: 'Must be a whole number from 0.' };
  return { value: Math.min(Number(text), Number.MAX_SAFE_INTEGER) };
}
