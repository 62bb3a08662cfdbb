import { Failure } from '../errors/failure.ts';
import type { Rows } from '../execute/rows.ts';
import type { Plan } from '../plan/plan.ts';
import type { Resource } from '../resource/resource.ts';
import { links } from './links.ts';
import { type Address, JSON_TYPE, type Reply } from './reply.ts';

/**
 * Rows → Reply.
 * @throws AUTH_FORBIDDEN when the caller may not enter the tenant, REQ_NOT_FOUND when the row is not there or not visible
 */
export function respond(plan: Plan, rows: Rows, resource: Resource, address: Address): Reply {
  if (!rows.allowed) throw new Failure('AUTH_FORBIDDEN', { values: { tenant: resource.tenant.noun } });
  switch (plan.kind) {
    case 'entry':
      return { status: 204, headers: {}, body: '' };
    case 'detail': {
      if (rows.items === null) throw new Failure('REQ_NOT_FOUND');
      return { status: 200, headers: { 'content-type': JSON_TYPE, etag: `"${rows.etag}"` }, body: rows.items };
    }
    case 'list': {
      const { next, previous } = links(plan, rows, resource, address);
      const count = rows.count ?? 'null';
      return {
        status: 200,
        headers: { 'content-type': JSON_TYPE, ...(plan.count === 'none' ? {} : { 'altiplano-count': plan.count }) },
        body: `{"results":[${rows.items ?? ''}],"next":${JSON.stringify(next)},"previous":${JSON.stringify(previous)},"count":${count}}`,
      };
    }
  }
}
