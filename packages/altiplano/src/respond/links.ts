import type { Rows } from '../execute/rows.ts';
import type { ListPlan } from '../plan/plan.ts';
import { encodeCursor } from '../request/cursor.ts';
import type { Position } from '../request/request.ts';
import type { Resource } from '../resource/resource.ts';
import type { Address } from './reply.ts';

export interface Links {
  readonly next: string | null;
  readonly previous: string | null;
}

/** What pages of every kind have. */
type Paged = Pick<ListPlan, 'order' | 'position' | 'size' | 'offset'>;

/**
 * Where a page leads. The way back always exists, even when the rows there have gone since; the way on exists when one
 * row more than the page was found. An empty page leads back to the very row it was reached from.
 */
export function links(plan: Paged, rows: Rows, resource: Resource, address: Address): Links {
  const { position, size, offset } = plan;
  if (offset !== null) return offsetLinks({ offset, size, more: rows.found > size }, address);
  const link = (to: Position | null) => (to === null ? null : linkTo(resource, plan, address, to));
  const more = rows.found > size;
  const backward = position?.reading === 'before' || position?.reading === 'upto';
  const after: Position | null = rows.last && { reading: 'after', values: rows.last };
  const before: Position | null = rows.first && { reading: 'before', values: rows.first };
  if (backward) return { next: link(after ?? turn(position)), previous: more ? link(before) : null };
  return { next: more ? link(after) : null, previous: position === null ? null : link(before ?? turn(position)) };
}

/** The opposite reading from the same place: what one leaves out, the other takes in. */
function turn(position: Position): Position {
  const opposite = { after: 'upto', from: 'before', before: 'from', upto: 'after' } as const;
  return { reading: opposite[position.reading], values: position.values };
}

function linkTo(resource: Resource, { order }: Paged, address: Address, position: Position): string {
  return withParameters(address, { cursor: encodeCursor(resource, position, order) });
}

/** A page by numbers leads to numbers: old clients know no cursor. */
function offsetLinks(
  { offset, size, more }: { readonly offset: number; readonly size: number; readonly more: boolean },
  address: Address,
): Links {
  const link = (to: number) => withParameters(address, { limit: String(size), offset: String(to) });
  return { next: more ? link(offset + size) : null, previous: offset > 0 ? link(Math.max(0, offset - size)) : null };
}

/** The address of the request with some parameters in place of what they were. */
function withParameters({ origin, path, query }: Address, changed: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams(query);
  parameters.delete('_profile');
  for (const [parameter, value] of Object.entries(changed)) {
    parameters.delete(parameter);
    parameters.append(parameter, value);
  }
  return `${origin}${path}?${parameters}`;
}
