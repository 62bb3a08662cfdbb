import { Failure } from '../../errors/failure.ts';
import type { Resource } from '../../resource/resource.ts';
import { type Address, JSON_TYPE, type Reply } from '../../respond/reply.ts';
import type { WritePlan } from '../plan/plan.ts';
import { refusalOf } from './refusal.ts';
import type { KeptReply, WriteRows } from './rows.ts';

/**
 * WriteRows → Reply.
 * @throws AUTH_FORBIDDEN, AUTH_SCOPE, REQ_KEY_REUSED, REQ_INVALID, REQ_NOT_FOUND, REQ_PRECONDITION: nothing was written
 */
export function respondWrite(plan: WritePlan, rows: WriteRows, resource: Resource, { origin }: Address): Reply {
  if (!rows.allowed) throw new Failure('AUTH_FORBIDDEN', { values: { tenant: resource.tenant.noun } });
  if (rows.kept !== null) return replay(plan, rows.kept, origin);
  const refusal = refusalOf(plan, rows.problems);
  if (refusal !== null) throw refusal;
  return replyOf(plan, rows, locationHeader(origin, plan.location));
}

function replay(plan: WritePlan, kept: KeptReply, origin: string): Reply {
  if (kept.fingerprint !== plan.key?.fingerprint) throw new Failure('REQ_KEY_REUSED');
  return replyOf(plan, kept, { ...locationHeader(origin, kept.location), 'idempotency-replayed': 'true' });
}

function locationHeader(origin: string, location: string | null): Readonly<Record<string, string>> {
  return location === null ? {} : { location: `${origin}${location}` };
}

type Shown = Pick<WriteRows, 'items' | 'etag'>;

function replyOf(
  { action, bulk }: WritePlan,
  { items, etag }: Shown,
  headers: Readonly<Record<string, string>>,
): Reply {
  if (items === null) return { status: 204, headers, body: '' };
  return {
    status: action === 'create' ? 201 : 200,
    headers: { 'content-type': JSON_TYPE, ...headers, ...(bulk || etag === null ? {} : { etag: `"${etag}"` }) },
    body: bulk ? `{"results":[${items}]}` : items,
  };
}
