import { readTags } from '../request/entity-tags.ts';

/** Whether a reader already has what `etag` marks; weak tags do for that. A list that cannot be read asks for nothing. */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch === undefined ? null : readTags(ifNoneMatch);
  return tags === '*' || (tags ?? []).some(({ tag }) => `"${tag}"` === etag);
}
