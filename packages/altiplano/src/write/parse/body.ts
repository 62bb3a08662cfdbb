import { Failure } from '../../errors/failure.ts';
import { elementSlices, memberSlices, type Slice } from '../../request/slices.ts';
import type { WriteCall } from '../call.ts';

/** An object of the body: each member's value as it was written. */
export type RawObject = ReadonlyMap<string, string>;

export interface Body {
  /** The body's own members. */
  readonly object: RawObject;
  /** Elements of `items` or `ids` as they were written; null when that member is no list, or there is none. */
  readonly list: readonly string[] | null;
}

const EMPTY: Body = { object: new Map(), list: null };

/**
 * The body cut into the texts of its parts.
 * @throws REQ_BODY when it is missing, is not JSON or no object: without it not even the tenant is known
 */
export function readBody({ body, route }: Pick<WriteCall, 'body' | 'route'>): Body {
  if (!route.bodied) {
    refuseBody(body);
    return EMPTY;
  }
  const text = body ?? '';
  const slices = readDocument(text);
  const listed = slices.get(listName(route.action));
  return {
    object: texts(text, slices),
    list:
      route.bulk && listed !== undefined && text[listed.start] === '['
        ? elementSlices(text, listed.start).map(({ start, end }) => text.slice(start, end))
        : null,
  };
}

/** @throws REQ_BODY when there is one */
export function refuseBody(body: string | null): void {
  if (body !== null && body.trim() !== '') throw unreadable('this endpoint takes none.');
}

/**
 * The body's own members.
 * @throws REQ_BODY
 */
export const readWhole = (body: string): RawObject => texts(body, readDocument(body));

function readDocument(body: string): ReadonlyMap<string, Slice> {
  if (body.trim() === '') throw unreadable('it is empty.');
  const parsed = parse(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw unreadable('it is not an object.');
  return memberSlices(body, 0);
}

/** A deletion names ids, everything else items. */
export function listName(action: WriteCall['route']['action']): 'items' | 'ids' {
  return action === 'delete' ? 'ids' : 'items';
}

/** The members of an element, or null when it is no object. */
export function readObject(raw: string): RawObject | null {
  return raw.startsWith('{') ? texts(raw, memberSlices(raw, 0)) : null;
}

function texts(text: string, slices: ReadonlyMap<string, Slice>): RawObject {
  return new Map([...slices].map(([name, { start, end }]) => [name, text.slice(start, end)]));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const [, position] = /position (\d+)/.exec(String(cause)) ?? [];
    throw unreadable(position === undefined ? 'it is not JSON.' : `it is not JSON from character ${position} on.`);
  }
}

function unreadable(reason: string): Failure {
  return new Failure('REQ_BODY', { values: { reason } });
}
