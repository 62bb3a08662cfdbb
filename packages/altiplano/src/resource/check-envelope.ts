import { Failure } from '../errors/failure.ts';
import type { Resource } from './resource.ts';

/**
 * Numbered pages are counted and start anywhere, which only positions can do at any length.
 * @throws DECL_INVALID
 */
export function checkEnvelope(resource: Resource): void {
  const { envelope, bitmap, orders, filters, order } = resource;
  if (envelope.kind !== 'numbered') return;
  if (bitmap === null)
    refuse(
      resource,
      'numbers its pages and has no bitmaps',
      'Name its `bitmaps`: a far page would read every row before it, and its total every row there is.',
    );
  const other = Object.entries(orders).find(([, one]) => one.kind === 'figure' || one.column !== order[0]?.column);
  if (other !== undefined)
    refuse(
      resource,
      `numbers its pages and can be ordered by ${other[0]}`,
      'Leave the order out: rows have positions in the order of the resource only.',
    );
  const { page, size } = envelope.parameters;
  const taken = [page, size].find(
    (parameter) => parameter === resource.tenant.column || Object.hasOwn(filters, parameter),
  );
  if (taken !== undefined || page === size)
    refuse(
      resource,
      `has two parameters called ${taken ?? page}`,
      'Give the page, its size and every filter a name of its own.',
    );
  const names = Object.values(envelope.members);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    refuse(resource, `has two members called ${twice} in its pages`, 'Give each a name of its own.');
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
