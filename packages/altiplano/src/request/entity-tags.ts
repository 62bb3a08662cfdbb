/** One of a list of `If-Match` or `If-None-Match`. */
export interface EntityTag {
  /** Without the quotes. */
  readonly tag: string;
  readonly weak: boolean;
}

const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;
/** RFC 9110, 8.8.3 and 5.6.1: empty elements are ignored. Node hands bytes above 127 over as latin1. Linear. */
const LIST = new RegExp(`^[ \\t,]*${TAG.source}(?:[ \\t]*,(?:[ \\t]*${TAG.source})?)*[ \\t]*$`);

/** The tags a header lists, `*` for any, or null when it is neither. */
export function readTags(header: string): readonly EntityTag[] | '*' | null {
  if (header.trim() === '*') return '*';
  if (!LIST.test(header)) return null;
  return [...header.matchAll(new RegExp(TAG, 'g'))].map(([, weak, tag = '']) => ({ tag, weak: weak !== undefined }));
}
