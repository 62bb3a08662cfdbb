import type { QueryRecord } from './recording.ts';

const sent = new WeakMap<QueryRecord, string>();

/** Of a text with parameters and values beside each other: what EXPLAIN needs and no recording shows. It is gone with its recording, and in no file. */
export function rememberSent(query: QueryRecord, text: string): void {
  sent.set(query, text);
}

/** As it was sent, where it is known; as it is shown otherwise. */
export function sentTextOf(query: QueryRecord): string {
  return sent.get(query) ?? query.text;
}
