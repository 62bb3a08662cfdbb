// PostgreSQL's own: src/include/access/hash.h, src/backend/access/hash/hashpage.c.
const PAGE = 8192;
/** The hash of a key, whatever its width, with its header and its line pointer. */
const ENTRY = 20;
const ON_A_PAGE = Math.floor((PAGE - 24 - 16) / ENTRY);
/** A build makes as many buckets as are three quarters full. */
const IN_A_BUCKET = Math.floor((PAGE * 0.75) / ENTRY);
/** What there is beside buckets: the first page and a map of free ones. */
const OTHERS = 2;

/** Bytes of a freshly built hash index: buckets, and more pages for those that run over. */
export function hashBytes(entries: number, distinct: number): number {
  const buckets = bucketsOf(entries / IN_A_BUCKET);
  const whole = 2 ** Math.ceil(Math.log2(buckets));
  // Where the buckets are no power of two, those that are not split yet hold twice as much.
  const unsplit = whole - buckets;
  const share = entries / Math.min(whole, Math.max(1, distinct));
  const over = unsplit * pagesOver(2 * share) + (buckets - unsplit) * pagesOver(share);
  return PAGE * (OTHERS + buckets + Math.ceil(over * Math.min(1, distinct / whole)));
}

/** Powers of two, from 512 on in four steps each. */
function bucketsOf(wanted: number): number {
  const power = 2 ** Math.max(1, Math.ceil(Math.log2(wanted)));
  const step = power > 512 ? power / 8 : power;
  return Math.ceil(Math.max(2, wanted) / step) * step;
}

function pagesOver(entries: number): number {
  return Math.max(0, Math.ceil(entries / ON_A_PAGE) - 1);
}
