import { createHash } from 'node:crypto';
import { Failure } from '../errors/failure.ts';
import { refuse } from '../errors/refuse.ts';
import { readTags } from '../request/entity-tags.ts';
import type { Action, ActionContext } from '../resource/action.ts';
import { TAG_LENGTH } from '../sql/etag.ts';
import type { Problems } from '../write/parse/problems.ts';

/** The tag that the database makes of the same bytes (`sql/etag.ts`): a GET of the object shows it too. */
export const tagOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, TAG_LENGTH);

/** The tags of which one has to hold, without quotes; null where nothing depends on any, which is all that `*` asks for. */
export function readCondition(
  { method, current }: Action,
  ifMatch: string | null,
  problems: Problems,
): readonly string[] | null {
  if (ifMatch === null || method === 'GET') return null;
  const tags = current === null ? null : readTags(ifMatch);
  if (tags === '*') return null;
  if (tags !== null) return tags.flatMap(({ tag, weak }) => (weak ? [] : [tag]));
  problems.add(
    'If-Match',
    current === null
      ? 'This cannot be made to depend on a tag.'
      : 'Must be the ETag of an earlier answer, quotes included, such as "Vq2x…".',
  );
  return null;
}

/**
 * Read and held in the transaction of the handler, before it does anything.
 * @throws REQ_PRECONDITION, REQ_NOT_FOUND
 */
export async function checkCondition(
  { current }: Action,
  tags: readonly string[] | null,
  context: ActionContext,
): Promise<void> {
  if (tags === null || current === null) return;
  const text = await current(context);
  if (text === null) throw refuse('not_found');
  if (!tags.includes(tagOf(text))) throw new Failure('REQ_PRECONDITION');
}
