/**
 * Bytes of JSON that one reply may hold. A page of 100 rows is below half of it when every document in it is as long as
 * a write may make it (64 kB); other programs write these tables too, and a text the driver cannot hold (512 MB) would
 * end the process.
 */
export const MOST_REPLY_BYTES = 32 * 1024 * 1024;

/** `items` of the rows `shown`, or ALT03 before they are put together. */
export function boundedItems(items: string): string {
  const size = '(select sum(octet_length(s.item)) from shown s)';
  return `case\n  when ${size} > ${MOST_REPLY_BYTES} then altiplano.refuse_reply()\n  else ${items}\nend`;
}
