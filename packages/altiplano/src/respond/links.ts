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

/**
 * Where a page leads. The way back always exists, even when the rows there have gone since; the way on exists when one
 * row more than the page was found. An empty page leads back to the very row it was reached from.
 */
export function links(plan: ListPlan, rows: Rows, resource: Resource, address: Address): Links {
  const { position, size } = plan;
  const link = (to: Position | null) => (to === null ? null : linkTo(resource, address, to));
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

function linkTo(resource: Resource, { origin, path, query }: Address, position: Position): string {
  const parameters = new URLSearchParams(query);
  parameters.delete('cursor');
  parameters.append('cursor', encodeCursor(resource, position));
  return `${origin}${path}?${parameters}`;
}
