import type { KeyRing } from '../../encryption/key-ring.ts';
import { Failure } from '../../errors/failure.ts';
import type { Resource } from '../../resource/resource.ts';
import { type Address, JSON_TYPE, type Reply } from '../../respond/reply.ts';
import { reveal } from '../../respond/reveal.ts';
import type { WritePlan } from '../plan/plan.ts';
import { refusalOf } from './refusal.ts';
import { refusalOfMoves } from './refused-moves.ts';
import type { KeptReply, WriteRows } from './rows.ts';

/**
 * WriteRows → Reply.
 * @throws AUTH_FORBIDDEN, AUTH_SCOPE, AUTH_ROW, REQ_KEY_REUSED, REQ_INVALID, REQ_NOT_FOUND, REQ_PRECONDITION, AUTH_PERMISSION, REQ_STATE: nothing was written
 */
export function respondWrite(
  plan: WritePlan,
  rows: WriteRows,
  resource: Resource,
  { origin }: Address,
  keys: KeyRing | null = null,
): Reply {
  if (!rows.allowed) throw new Failure('AUTH_FORBIDDEN', { values: { tenant: resource.tenant.noun } });
  if (rows.kept !== null) return replay(plan, rows.kept, origin, keys);
  const refusal = refusalOf(plan, rows.problems) ?? refusalOfMoves(plan, rows.moves);
  if (refusal !== null) throw refusal;
  return replyOf(plan, rows, locationHeader(origin, rows.location ?? knownLocation(plan)), keys);
}

function replay(plan: WritePlan, kept: KeptReply, origin: string, keys: KeyRing | null): Reply {
  if (kept.fingerprint !== plan.key?.fingerprint) throw new Failure('REQ_KEY_REUSED');
  return replyOf(plan, kept, { ...locationHeader(origin, kept.location), 'idempotency-replayed': 'true' }, keys);
}

/** A key made here is known without asking. */
function knownLocation({ location, items }: WritePlan): string | null {
  return location === null ? null : `${location.before}${items[0]?.id}${location.after}`;
}

function locationHeader(origin: string, location: string | null): Readonly<Record<string, string>> {
  return location === null ? {} : { location: `${origin}${location}` };
}

type Shown = Pick<WriteRows, 'items' | 'etag'>;

function replyOf(
  { action, bulk, target, shown }: WritePlan,
  { items, etag }: Shown,
  headers: Readonly<Record<string, string>>,
  keys: KeyRing | null,
): Reply {
  if (items === null) return { status: 204, headers, body: '' };
  const readable = reveal(items, { target, fields: shown.fields }, keys);
  return {
    status: action === 'create' ? 201 : 200,
    headers: { 'content-type': JSON_TYPE, ...headers, ...(bulk || etag === null ? {} : { etag: `"${etag}"` }) },
    body: bulk ? `{"results":[${readable}]}` : readable,
  };
}
