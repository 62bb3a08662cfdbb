/** https://www.rfc-editor.org/rfc/rfc9110#name-etag; Node hands bytes above 127 over as latin1. */
const TAG = /"([\x21\x23-\x7e\x80-\xff]*)"/g;
const LIST = /^[\s,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:\s*,(?:\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")?)*\s*$/;

/** Whether a reader already has what `etag` marks; weak tags do for that. A list that cannot be read asks for nothing. */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return LIST.test(ifNoneMatch) && [...ifNoneMatch.matchAll(TAG)].some(([tag]) => tag === etag);
}
